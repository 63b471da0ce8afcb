#!/usr/bin/env node
// Prints what a running Stagecue consists of, as CycloneDX JSON: the packages of the server, as npm lists them, and those that the
// built pages carry (`app/third-party-notices.ts`). Packages for development and tests are not among them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const list = join(root, 'app/dist/third-party.json')
if (!existsSync(list)) {
  console.error('The pages are not built, so what they carry is not known. Run: npm run build')
  process.exit(1)
}

const options = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--omit=optional', '--package-lock-only']
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const bom = JSON.parse(
  execFileSync(npm, options, { cwd: root, shell: process.platform === 'win32', maxBuffer: 2 ** 26 }),
)
bom.metadata.component.name = 'stagecue'

const known = new Set(bom.components.map((component) => component['bom-ref']))
for (const { name, version, license } of JSON.parse(readFileSync(list, 'utf8'))) {
  const ref = `${name}@${version}`
  if (known.has(ref)) continue
  bom.components.push({
    'bom-ref': ref,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    properties: [{ name: 'stagecue:part', value: 'pages' }],
    licenses: [{ license: { id: license } }],
  })
}
console.log(JSON.stringify(bom, null, 2))
