import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePerformancePage } from '../bench/performance-page.ts'
import { citusStatements } from '../lib/store/distribution.ts'
import { kindPages } from './kind-pages.ts'
import { openApiText } from './openapi.ts'

/** `npm run docs`: writes what is made from the code anew, and removes pages of kinds that are no more. */
const folder = join(import.meta.dirname, 'kinds')
const pages = kindPages()
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
writeFileSync(join(import.meta.dirname, 'citus.sql'), citusStatements())
writeFileSync(join(import.meta.dirname, 'openapi.json'), openApiText())
writePerformancePage()
process.stdout.write(`${pages.size} pages in docs/kinds, docs/citus.sql, docs/openapi.json, docs/performance.md\n`)
