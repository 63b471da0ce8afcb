import { readFileSync } from 'node:fs'
import { DockerfileParser } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { serverNodeOptions } from '../../.ci/built.mjs'
import { loadConfig, variables } from '../../lib/config.ts'
import { keptSecrets } from '../../lib/config-secrets.ts'
import { envOf } from '../chaos/image.ts'

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const dockerfile = read('Dockerfile')
const steps = DockerfileParser.parse(dockerfile).getInstructions()
const last = steps.slice(steps.findLastIndex((step) => step.getKeyword() === 'FROM'))
const all = (keyword: string) =>
  last.filter((step) => step.getKeyword() === keyword).map((step) => step.getArgumentsContent() ?? '')
/** The environment that the image gives. */
const ofImage = all('ENV').flatMap(envOf)

/** A variable of ours, or Node's own. */
const isKnown = (name: string) => name === 'NODE_OPTIONS' || variables.has(name)

test('the Dockerfile stands before a linter, and a planted fault does not', () => {
  expect(validate(dockerfile)).toEqual([])
  const broken = validate(dockerfile.replace('EXPOSE 3000', 'EXPOSE three'))
  expect(broken.map(({ message }) => message)).toEqual([expect.stringMatching(/port/i)])
})

test('the image is small, runs as nobody, ends on a signal, says how it is, and holds no secret', () => {
  const engines: { node: string } = JSON.parse(read('package.json')).engines
  for (const step of steps.filter((one) => one.getKeyword() === 'FROM')) {
    const [, version = ''] = /^node:(\d+\.\d+)-\w+-slim\b/.exec(step.getArgumentsContent() ?? '') ?? []
    expect(engines.node).toBe(`>=${version}`)
  }
  expect(all('USER')).toEqual(['1000:1000'])
  expect(all('STOPSIGNAL')).toEqual(['SIGTERM'])
  expect(all('HEALTHCHECK')).toHaveLength(1)
  expect(all('RUN')[0]).toMatch(/^npm run setup:production && /)
  expect(all('CMD')).toEqual(['["node", "dist/server.js"]'])
  // The user comes after everything that is written, so that he can change none of it.
  expect(last.findIndex((step) => step.getKeyword() === 'USER')).toBeGreaterThan(
    last.findLastIndex((step) => ['COPY', 'RUN'].includes(step.getKeyword())),
  )
  const set = ofImage.map(([name]) => name)
  for (const name of set) expect(isKnown(name), name).toBe(true)
  expect(ofImage).toContainEqual(['NODE_OPTIONS', serverNodeOptions])
  expect(set.filter((name) => /KEY|SECRET|TOKEN|PASSWORD/.test(name))).toEqual([])
  expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env', 'data', '.git', 'node_modules']))
})

const serviceSchema = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() })
    .optional(),
})
const composeSchema = z.strictObject({
  services: z.strictObject({ stagecue: serviceSchema, database: serviceSchema }),
  volumes: z.record(z.string(), z.null()),
})

test('compose.yaml says what compose knows, waits for a healthy database, and keeps it, the secrets and the port to itself', () => {
  const { services, volumes } = composeSchema.parse(parse(read('compose.yaml')))
  const { stagecue, database } = services
  for (const name of Object.keys(stagecue.depends_on ?? {})) expect(Object.keys(services)).toContain(name)
  expect(database.healthcheck?.test.join(' ')).toContain('pg_isready')
  for (const volume of database.volumes ?? []) expect(Object.keys(volumes)).toContain(volume.split(':')[0])
  expect(database.ports).toBeUndefined()
  expect(stagecue.ports).toEqual(['127.0.0.1:3000:3000'])
  expect(stagecue).toMatchObject({ read_only: true, cap_drop: ['ALL'], init: true })
  // Half a minute for the running batch, and room to end.
  expect(Number.parseInt(stagecue.stop_grace_period ?? '', 10)).toBeGreaterThan(40)
  for (const { image } of Object.values(services)) expect(image).not.toMatch(/:latest$/)
  for (const value of [...Object.values(stagecue.environment), ...Object.values(database.environment)])
    if (/password/i.test(value)) expect(value).toContain('${POSTGRES_PASSWORD:?')
})

test('its environment, with the three values that .env.example asks for and keys, starts', () => {
  const { stagecue } = composeSchema.parse(parse(read('compose.yaml'))).services
  const filled = Object.entries(stagecue.environment).map(([name, value]) => {
    const given = value.replace(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/, 'secret')
    return [name, given.replace(/\$\{\w+:-([^}]+)\}/, '$1')]
  })
  const key = `k1:${Buffer.alloc(32, 3).toString('base64')}`
  const env = {
    ...Object.fromEntries([...ofImage, ...filled]),
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    ENCRYPTION_KEYS: key,
    LINK_KEYS: key,
  }
  for (const name of Object.keys(env)) expect(isKnown(name), name).toBe(true)
  expect(loadConfig(env, keptSecrets)).toMatchObject({
    production: true,
    host: '0.0.0.0',
    databaseUrl: 'postgres://stagecue:secret@database/stagecue',
    trustProxy: 1,
  })
})
