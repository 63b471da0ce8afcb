import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** A package whose code or styles are built in. */
type ThirdParty = Readonly<{ name: string; version: string; license: string; text: string }>

/**
 * Writes the licences of what is built in beside it, for people (`third-party-notices.txt`) and for programs (`third-party.json`); `others` are
 * folders of packages of which no module says that they are carried. A package without a text of its licence ends the build: what may not be said
 * may not be shipped.
 */
export function thirdPartyNotices(others: readonly string[] = []): Plugin {
  return {
    name: 'stagecue:third-party-notices',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []))
      const folders = [...modules.flatMap((id) => packageFolder(id) ?? []), ...others]
      const packages = [...new Set(folders)].map(readThirdParty)
      const inOrder = packages.toSorted((one, other) => one.name.localeCompare(other.name))
      const listed = inOrder.map(({ name, version, license }) => ({ name, version, license }))
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: inOrder.map(noticeOf).join('\n') })
      this.emitFile({ type: 'asset', fileName: 'third-party.json', source: `${JSON.stringify(listed, null, 2)}\n` })
    },
  }
}

/** The folder of the package that a module is of; `null`: it is ours. */
export function packageFolder(moduleId: string): string | null {
  const path = moduleId.replace(/^\0/, '').replaceAll('\\', '/')
  return path.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/?]+/)?.[0] ?? null
}

/** Throws where the package does not say under which licence it stands. */
export function readThirdParty(folder: string): ThirdParty {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = existsSync(folder)
    ? readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    : []
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  if (typeof license !== 'string' || text === '') {
    throw new Error(`${name} ${version} has no licence or no text of it: it must not be built in.`)
  }
  return { name, version, license, text }
}

function noticeOf({ name, version, license, text }: ThirdParty): string {
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${text}\n`
}
