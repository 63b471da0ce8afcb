import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kindPages } from './kind-pages.ts'

/** `npm run docs`: writes the pages of `docs/kinds` anew and removes those of kinds that are no more. */
const folder = join(import.meta.dirname, 'kinds')
const pages = kindPages()
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
process.stdout.write(`${pages.size} pages in docs/kinds\n`)
