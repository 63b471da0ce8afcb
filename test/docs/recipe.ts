import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export const packages = join(root, 'node_modules')

/** The compiler looks at all sources, and the machine may be busy; milliseconds. */
export const patience = 180_000

/** A code block of a page that names a file: the whole of a new one (`ts`), or lines to add to one that is there (`diff`). */
export type Block = Readonly<{ type: 'ts' | 'diff'; path: string; text: string }>

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```(ts|diff) (\S+)\n(.*?)^```$/gms)].map(([, type, path = '', body = '']) => {
    return { type: type as Block['type'], path, text: body }
  })
}

/** What a kind has to do with, its tests among it. */
const sources = [
  ...['lib', 'docs', 'install', 'handlers', 'app'],
  ...['test/lib/triggers/facts.ts', 'test/lib/texts.test.ts', 'test/docs/kinds.test.ts'],
  ...['test/app/texts.test.ts', 'test/app/catalogue', 'test/app/samples.ts'],
  // `npm run docs` makes the page of the figures, too.
  ...['bench/performance-page.ts', 'bench/performance.md', 'bench/results.ts'],
]

/** A copy of the sources in a temporary folder, with the packages of this repository. Returns the folder. */
export function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stagecue-recipe-'))
  const own = (path: string) => !/[/]app[/](dist|node_modules)$/.test(path)
  for (const path of sources) cpSync(join(root, path), join(folder, path), { recursive: true, filter: own })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  symlinkSync(packages, join(folder, 'node_modules'))
  return folder
}

/** Does to the folder what a block says. Throws when the lines that it starts from are not there exactly once. */
export function apply(folder: string, { type, path, text }: Block): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, type === 'ts' ? text : withLines(readFileSync(file, 'utf8'), path, text))
}

/** Leaves out what the blocks say of these files: they are as the repository has them. */
export function forget(folder: string, paths: readonly string[]): void {
  for (const path of paths) cpSync(join(root, path), join(folder, path))
}

function withLines(source: string, path: string, diff: string): string {
  const linesWith = (mark: string) =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(mark))
      .map((line) => `${line.slice(1)}\n`)
      .join('')
  const before = linesWith(' ')
  if (source.split(before).length !== 2) throw new Error(`${path} does not hold this once:\n${before}`)
  return source.replace(before, () => before + linesWith('+'))
}

/** Runs a tool of ours in the folder, as if nobody had started it from a test. */
export function run(folder: string, ...args: string[]): { ok: boolean; output: string } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)))
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  return { ok: status === 0, output: stdout + stderr }
}

const all = ['lib', 'docs', 'install', 'handlers', 'test']

/**
 * Checks these of the sources, with what they import: all of them take three times as long as a few. With one thread it takes two thirds of the processor's
 * time: several each make the types that they share anew.
 */
export function typeCheck(folder: string, include: readonly string[] = all): { ok: boolean; output: string } {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  // What was checked of the repository is no word about the copy, which shares its packages, and the other way round.
  const tsconfig = { compilerOptions: { ...compilerOptions, incremental: false, tsBuildInfoFile: null }, include }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  return run(folder, join(packages, 'typescript/bin/tsc'), '--noEmit', '--singleThreaded')
}
