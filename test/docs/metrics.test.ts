import { readFileSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Rig, startRig } from '../rig.ts'

/** The metrics of `/metrics`, what `docs/operate.md` says of them, and what alerts and the dashboard ask for. */
const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const METRICS_TOKEN = 'a token of the metrics'

let rig: Rig
let told: Map<string, Set<string>>
beforeAll(async () => {
  rig = await startRig({ env: { METRICS_TOKEN } })
  await rig.settled()
  const response = await fetch(`${rig.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  told = readMetrics(await response.text())
})
afterAll(() => rig.stop())

/** Every metric with the labels of its samples. */
function readMetrics(text: string): Map<string, Set<string>> {
  const metrics = new Map([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => [name, new Set<string>()]))
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) metrics.get(name)?.add(label)
  return metrics
}

type Query = { errors: string[]; metrics: string[]; labels: string[] }

/** What a query of Prometheus names, as its own parser reads it. */
function readQuery(text: string): Query {
  const query: Query = { errors: [], metrics: [], labels: [] }
  parser.parse(text).iterate({
    enter({ name, type, from, to, node }) {
      const part = text.slice(from, to)
      if (type.isError) query.errors.push(`${text} at ${from}`)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') query.metrics.push(part)
      if (name === 'LabelName') query.labels.push(part)
    },
  })
  return query
}

test('the documentation names every metric of ours, with its labels, and no other', () => {
  const rows = [...read('operate.md').matchAll(/^\| `(stagecue_\w+)` \| ([^|]+) \|/gm)]
  const documented = rows.map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  ])
  const ours = [...told.keys()].filter((name) => name.startsWith('stagecue_'))
  expect(documented.map(([name]) => name).toSorted()).toEqual(ours.toSorted())
  for (const [name, labels] of documented)
    for (const label of told.get(String(name)) ?? []) expect(labels, String(name)).toContain(label)
})

/** A metric that Prometheus makes itself for each target, and its labels. */
const ofPrometheus = { up: [], labels: ['job', 'instance'] }

const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Stagecue[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string().min(1), action: z.string().min(1) }),
        }),
      ),
    }),
  ),
})
const dashboardSchema = z.looseObject({
  title: z.literal('Stagecue'),
  panels: z.array(
    z.looseObject({
      id: z.number(),
      title: z.string(),
      targets: z.array(z.looseObject({ expr: z.string(), legendFormat: z.string() })),
    }),
  ),
})

const alerts = alertsSchema.parse(parse(read('operate/alerts.yaml'))).groups.flatMap(({ rules }) => rules)
const { panels } = dashboardSchema.parse(JSON.parse(read('operate/dashboard.json')))
const queries = [...alerts.map(({ expr }) => expr), ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))]

describe('alerts and dashboard', () => {
  test.each(queries)('%s asks for what there is', (text) => {
    const { errors, metrics, labels } = readQuery(text)
    expect(errors).toEqual([])
    expect(metrics).not.toEqual([])
    const documented = read('operate.md')
    for (const name of metrics) expect(name in ofPrometheus || told.has(name), name).toBe(true)
    const known = metrics.flatMap((name) => {
      const row = new RegExp(`^\\| \`${name}\` \\| ([^|]+) \\|`, 'm').exec(documented)?.[1] ?? ''
      return [...row.matchAll(/`(\w+)`/g)].map(([, label]) => label)
    })
    for (const label of labels) expect([...known, ...ofPrometheus.labels]).toContain(label)
  })

  test('a query of something else, and one that cannot be read, are seen', () => {
    expect(readQuery('sum by (kind) (rate(stagecue_wrok{state="due"}[5m]))')).toEqual({
      errors: [],
      metrics: ['stagecue_wrok'],
      labels: ['kind', 'state'],
    })
    expect(readQuery('sum(rate(stagecue_work[5m])').errors).not.toEqual([])
  })

  test('every metric of ours is shown, and no two alerts or panels have one name', () => {
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => readQuery(expr).metrics)))
    expect([...told.keys()].filter((name) => name.startsWith('stagecue_') && !shown.has(name))).toEqual([])
    const named: string[][] = [
      alerts.map(({ alert }) => alert),
      panels.map(({ title }) => title),
      panels.map(({ id }) => String(id)),
    ]
    for (const names of named) expect(new Set(names).size).toBe(names.length)
  })
})
