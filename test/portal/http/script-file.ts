import { readdir, readFile } from 'node:fs/promises'
import type { Answer } from './respond.ts'

const TYPES: Record<string, string> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

/** A file for browsers that lies in the folder of a module; 404 for any other name. */
export async function scriptFile(folder: string, name: string): Promise<Answer> {
  const type = TYPES[name.split('.').at(-1) ?? '']
  const names = await readdir(new URL('.', folder))
  if (!type || !names.includes(name)) return { status: 404, html: '<h1>404 Not Found</h1>' }
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }
  return { status: 200, html: await readFile(new URL(name, folder), 'utf8'), headers }
}
