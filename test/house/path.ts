import { existsSync, readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ESTree, parseSync, Visitor } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

type Place = Readonly<{ file: string; name: string }>
type Source = { imports: Map<string, Place>; functions: Map<string, { isWaitedFor: boolean; uses: Set<string> }> }

/** What a file imports as values, and its functions at the top with the names that each of them uses. */
function read(file: string): Source {
  const text = readFileSync(`${root}/${file}`, 'utf8')
  const imports = new Map<string, Place>()
  const functions: Source['functions'] = new Map()
  const add = (name: string, node: ESTree.Node) => {
    const uses = new Set<string>()
    new Visitor({ Identifier: (one) => void uses.add(one.name) }).visit({
      ...program,
      body: [node as ESTree.Statement],
    })
    functions.set(name, { isWaitedFor: /\basync\b|Promise</.test(text.slice(node.start, node.end)), uses })
  }
  const { program } = parseSync(file, text)
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration' && statement.source.value.startsWith('.')) {
      const target = posix.join(posix.dirname(file), statement.source.value)
      for (const one of statement.specifiers) imports.set(one.local.name, { file: target, name: one.local.name })
    }
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type === 'FunctionDeclaration' && declared.id) add(declared.id.name, declared)
    if (declared?.type === 'VariableDeclaration') {
      for (const one of declared.declarations) if (one.id.type === 'Identifier') add(one.id.name, one as never)
    }
  }
  return { imports, functions }
}

/**
 * The functions that a reader comes through who follows what is waited for: whatever asks the portal, reads or writes the database, and
 * hands on. Not followed are functions that only compute, types, constants and texts: their names say what they give.
 */
export function followed(starts: readonly Place[]): Map<string, Set<string>> {
  const sources = new Map<string, Source>()
  const found = new Map<string, Set<string>>()
  const queue = [...starts]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { file, name } = next
    if (!existsSync(`${root}/${file}`) || found.get(file)?.has(name)) continue
    const source = sources.get(file) ?? read(file)
    sources.set(file, source)
    const entered = source.functions.get(name)
    if (!entered?.isWaitedFor) continue
    found.set(file, (found.get(file) ?? new Set()).add(name))
    for (const used of entered.uses) {
      const imported = source.imports.get(used)
      if (imported) queue.push(imported)
      else if (source.functions.has(used)) queue.push({ file, name: used })
    }
  }
  return found
}

/** Which functions run while something happens, by file of the product. */
export async function entered(act: () => Promise<void>): Promise<Map<string, Set<string>>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await session.post('Profiler.takePreciseCoverage')
  await act()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const ran = new Map<string, Set<string>>()
  for (const { url, functions } of result) {
    const [, path] = url.split(root)
    const names = functions.filter(({ ranges: [range] }) => (range?.count ?? 0) > 0).map((one) => one.functionName)
    // A process that serves several files of tests may hold the product more than once.
    const file = path?.replace(/[?#].*/, '')
    if (file !== undefined && names.length > 0) ran.set(file, new Set([...(ran.get(file) ?? []), ...names]))
  }
  return ran
}
