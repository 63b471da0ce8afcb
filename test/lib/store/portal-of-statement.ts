import { type Node, parse, type RangeVar, type ResTarget } from 'libpg-query'
import { portalColumns } from '../../../lib/store/distribution.ts'

/**
 * Names of spread tables in a statement that it does not tie to a portal, by PostgreSQL's own grammar: each table must be compared with a
 * value by its portal column, or with another table that is tied, as Citus asks before it sends a statement to one node.
 */
export async function untiedTables(statement: string): Promise<string[]> {
  const { stmts = [] } = await parse(statement)
  return stmts.flatMap(({ stmt }) => (stmt ? untiedIn(stmt, new Set()) : []))
}

type Scope = { alias: string; table: string }

/** What is known of one level of a statement: its tables, and the conditions that all rows fulfil. */
type Level = { tables: Scope[]; conditions: Node[]; inner: Node[] }

function untiedIn(node: Node, outer: ReadonlySet<string>): string[] {
  if ('SelectStmt' in node) {
    const { fromClause = [], whereClause, withClause, larg, rarg, targetList = [], ...rest } = node.SelectStmt
    if (larg && rarg) return [larg, rarg].flatMap((side) => untiedIn({ SelectStmt: side }, outer))
    const level = levelOf(fromClause, whereClause)
    level.inner.push(...targetList, ...(rest.havingClause ? [rest.havingClause] : []), ...(rest.sortClause ?? []))
    return untiedOf(level, outer, withClause?.ctes)
  }
  if ('UpdateStmt' in node || 'DeleteStmt' in node) {
    const { relation, from, where, targets } =
      'UpdateStmt' in node
        ? {
            ...node.UpdateStmt,
            from: node.UpdateStmt.fromClause,
            where: node.UpdateStmt.whereClause,
            targets: node.UpdateStmt.targetList,
          }
        : { ...node.DeleteStmt, from: node.DeleteStmt.usingClause, where: node.DeleteStmt.whereClause, targets: [] }
    const own: Node[] = relation ? [{ RangeVar: relation }] : []
    const level = levelOf([...own, ...(from ?? [])], where)
    level.inner.push(...(targets ?? []))
    return untiedOf(level, outer)
  }
  if ('InsertStmt' in node) return untiedByInsert(node.InsertStmt, outer)
  return []
}

function untiedByInsert(
  { relation, cols = [], selectStmt }: Extract<Node, { InsertStmt: unknown }>['InsertStmt'],
  outer: ReadonlySet<string>,
): string[] {
  const column = portalColumns[relation?.relname ?? '']
  const names = cols.map((one) => (one as { ResTarget: ResTarget }).ResTarget.name)
  const own = column !== undefined && !names.includes(column) ? [relation?.relname ?? ''] : []
  return [...own, ...(selectStmt ? untiedIn(selectStmt, outer) : [])]
}

function levelOf(from: readonly Node[], where: Node | undefined): Level {
  const level: Level = { tables: [], conditions: where ? conjuncts(where) : [], inner: where ? [where] : [] }
  for (const one of from) addSource(level, one)
  return level
}

function addSource(level: Level, node: Node): void {
  if ('RangeVar' in node) level.tables.push(scopeOf(node.RangeVar))
  else if ('JoinExpr' in node) {
    const { larg, rarg, quals } = node.JoinExpr
    for (const side of [larg, rarg]) if (side) addSource(level, side)
    if (quals) {
      level.conditions.push(...conjuncts(quals))
      level.inner.push(quals)
    }
  } else level.inner.push(node)
}

function scopeOf({ relname = '', alias }: RangeVar): Scope {
  return { table: relname, alias: alias?.aliasname ?? relname }
}

function conjuncts(node: Node): Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(conjuncts)
  return [node]
}

function untiedOf(
  { tables, conditions, inner }: Level,
  outer: ReadonlySet<string>,
  ctes: readonly Node[] = [],
): string[] {
  const spread = tables.filter(({ table }) => table in portalColumns)
  const tied = new Set([...outer].filter((alias) => !tables.some((own) => own.alias === alias)))
  const sides = conditions.flatMap((condition) => comparedSides(condition, spread))
  // What is tied by another table is tied when that one is.
  for (let before = -1; before !== tied.size; ) {
    before = tied.size
    for (const { alias, to } of sides) if (to === 'value' || tied.has(to)) tied.add(alias)
  }
  const nested = [...inner, ...ctes].flatMap(statementsIn)
  return [
    ...spread.filter(({ alias }) => !tied.has(alias)).map(({ table }) => table),
    ...nested.flatMap((one) => untiedIn(one, tied)),
  ]
}

/** Which table a condition ties by its portal column, and to what: a value, or the alias of a table. */
function comparedSides(node: Node, tables: readonly Scope[]): { alias: string; to: string }[] {
  if (!('A_Expr' in node)) return []
  const { kind, name, lexpr, rexpr } = node.A_Expr
  const isEqual = (kind === 'AEXPR_OP' || kind === 'AEXPR_IN') && JSON.stringify(name).includes('"="')
  if (!(isEqual && lexpr && rexpr)) return []
  const [left, right] = [portalOf(lexpr, tables), portalOf(rexpr, tables)]
  return [
    ...(left ? [{ alias: left, to: right ?? 'value' }] : []),
    ...(right && left ? [{ alias: right, to: left }] : []),
  ]
}

/** The alias of the table whose portal column this is; null: it is something else. */
function portalOf(node: Node, tables: readonly Scope[]): string | null {
  if (!('ColumnRef' in node)) return null
  const names = (node.ColumnRef.fields ?? []).flatMap((field) => ('String' in field ? [field.String.sval ?? ''] : []))
  const [column, alias] = names.toReversed()
  if (alias !== undefined) {
    const table = tables.find((one) => one.alias === alias)?.table
    return table === undefined || portalColumns[table] === column ? alias : null
  }
  return tables.find(({ table }) => portalColumns[table] === column)?.alias ?? null
}

/** The statements inside an expression, the outermost ones. */
function statementsIn(value: unknown): Node[] {
  if (value === null || typeof value !== 'object') return []
  if ('SelectStmt' in value || 'UpdateStmt' in value || 'DeleteStmt' in value) return [value as Node]
  return Object.values(value).flatMap(statementsIn)
}
