import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import { parse as parseComponent } from 'vue/compiler-sfc'
import { exceptions, names, words } from './words.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Migrations name tables and columns as they were made. */
const files = globSync('{lib,handlers,install,app}/**/*.{ts,vue}', { cwd: root }).filter(
  (file) => !file.startsWith('lib/store/migrations/') && !file.includes('node_modules'),
)

/** Every identifier of a file's scripts, each once. */
function identifiersOf(file: string): Set<string> {
  const source = readFileSync(`${root}/${file}`, 'utf8')
  const { script, scriptSetup } = parseComponent(source, { filename: file }).descriptor
  const scripts = file.endsWith('.vue') ? [script?.content ?? '', scriptSetup?.content ?? ''] : [source]
  const found = new Set<string>()
  const collect = ({ name }: { name: string }) => void found.add(name)
  for (const text of scripts) {
    const { program, errors } = parseSync(`${file}.ts`, text)
    expect(errors, file).toEqual([])
    new Visitor({ Identifier: collect, PrivateIdentifier: collect }).visit(program)
  }
  return found
}

/** `keptUntil` and `kept-until` are kept, until. */
function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

/** What a name is called in the field; none: it may stay. */
function insteadOf(name: string): string[] {
  const own = Object.hasOwn(names, name) ? [names[name] ?? ''] : []
  return [...own, ...partsOf(name).flatMap((part) => (Object.hasOwn(words, part) ? [words[part] ?? ''] : []))]
}

test('names are the words of the field, in files and in what they declare and use', () => {
  const used = new Set<(typeof exceptions)[number]>()
  const faults = files.flatMap((file) => {
    const called = [...identifiersOf(file), file.replace(/^.*\/|\.\w+$/g, '')]
    return called.flatMap((name) => {
      const instead = insteadOf(name)
      if (instead.length === 0) return []
      const allowed = exceptions.find((one) => one.names.test(name) && one.where.test(file))
      if (allowed) used.add(allowed)
      return allowed ? [] : [`${file}: ${name} (say: ${instead.join('; ')})`]
    })
  })
  expect(faults).toEqual([])
  expect(exceptions.filter((one) => !used.has(one))).toEqual([])
})

test('words are found in every way of writing names', () => {
  expect(['heardBefore', 'lastHeard', 'HEARD_AT', 'heard-events'].map(insteadOf)).toEqual(
    Array.from({ length: 4 }, () => ['found, received, seen']),
  )
  expect(['caseOf', 'heartbeat', 'lookup', 'worker', 'constructor'].map(insteadOf)).toEqual([
    ['evaluation'],
    [],
    [],
    [],
    [],
  ])
})
