import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import { type Fault, type Finding, fault, faultsOr, fine } from './finding.ts'

/** Files with secrets: nobody but their owner may read them. `folder`: where `.env` is read. */
export function secretFiles({ dataDir }: Config, folder: string): readonly Finding[] {
  const files = [
    join(folder, '.env'),
    ...['stagecue.db', 'encryption-keys', 'link-key'].map((name) => join(dataDir, name)),
  ]
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0)
  const faults = open.map(
    (file): Fault => fault('files', `Others on this machine may read ${file}.`, `Run: chmod 600 ${file}`),
  )
  return faultsOr('files', process.platform === 'win32' ? [] : faults, 'secrets are readable by their owner alone')
}

/** The pages must be built; a container brings them. */
export function builtPages(manifest: string): Finding {
  return existsSync(manifest)
    ? fine('pages', 'built')
    : fault('pages', 'The pages are not built.', 'Run: npm run setup && npm run build, and copy app/dist here.')
}

/** What a file system has, bytes and files; a file system that does not count its files says none. */
export type Room = Readonly<{ freeBytes: number; freeFiles: number; files: number }>

const MB = 2 ** 20

/** A busy day of portals, the write-ahead log and a copy of it must find room. */
const ENOUGH_MB = 500

/** Is there room for what a day brings? */
export function diskFinding(folder: string, { freeBytes, freeFiles, files }: Room): Finding {
  const free = Math.floor(freeBytes / MB)
  if (free < ENOUGH_MB)
    return fault('disk', `Only ${free} MB are free for ${folder}.`, `Make room: less than ${ENOUGH_MB} MB do not last.`)
  if (files > 0 && freeFiles === 0)
    return fault(
      'disk',
      `No more files can be made in ${folder}.`,
      'Delete files there: the file system has no inode left.',
    )
  return fine('disk', `${free} MB are free`)
}

/** Room where SQLite lies; a folder that is not there yet is made in the nearest one that is. */
export async function roomOf(folder: string): Promise<Room> {
  let there = resolve(folder)
  while (!existsSync(there)) there = dirname(there)
  const { bavail, bsize, ffree, files } = await statfs(there)
  return { freeBytes: bavail * bsize, freeFiles: ffree, files }
}
