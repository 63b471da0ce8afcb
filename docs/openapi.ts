import { z } from 'zod'
import { errorStatus } from '../handlers/http/api-error.ts'
import { itemTypeSchema } from '../lib/api/item-type.ts'
import { entrySchema } from '../lib/api/journal-entry.ts'
import { kindSchema } from '../lib/api/kind.ts'
import { picksSchema } from '../lib/api/picks.ts'
import { settingsSchema } from '../lib/api/settings.ts'
import { triggerSchema } from '../lib/api/trigger.ts'
import { newTriggerSchema, replacedTriggerSchema } from '../lib/trigger-settings/trigger-schema.ts'
import { version } from '../lib/version.ts'
import { errorAnswer } from './openapi-answers.ts'
import { type Operation, operations } from './openapi-operations.ts'

type Json = Record<string, unknown>

/** The text of `docs/openapi.json`. */
export function openApiText(): string {
  return `${JSON.stringify(openApi(), null, 2)}\n`
}

/** The reference of the API as an OpenAPI 3.1 document, made from the schemas that read requests. */
export function openApi(): Json {
  const paths: Record<string, Json> = {}
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ')
    const address = path.replace(/:(\w+)/g, '{$1}')
    paths[address] = { ...paths[address], [method.toLowerCase()]: operationObject(path, operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stagecue',
      version,
      description:
        'What the pages of Stagecue ask its server. Times are ISO 8601 UTC; messages are in the caller’s language.',
      license: { name: 'UNLICENSED' },
    },
    servers: [{ url: '{publicUrl}', variables: { publicUrl: { default: 'https://stagecue.example' } } }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The token of POST /api/session, for an hour' },
      },
      schemas: namedSchemas(),
      responses: errorResponses(),
    },
  }
}

function operationObject(path: string, { role, summary, query, body, errors = [], ...rest }: Operation): Json {
  const parameters = [...pathParameters(path), ...queryParameters(query)]
  const isOpen = role === 'anybody'
  const always = [
    ...(isOpen ? [] : [401, 403]),
    ...(path.includes(':') ? [404] : []),
    ...(body || query ? [422] : []),
    429,
  ]
  return {
    summary,
    description: isOpen ? 'Needs no session.' : `Least role: ${role}.`,
    ...(isOpen ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
    responses: { ...answerOf(rest), ...errorsOf([...always, ...errors]) },
  }
}

function pathParameters(path: string): Json[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
  return names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[1-9]\\d{0,9}$' },
  }))
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  const { properties = {}, required = [] } = query ? schemaOf(query) : {}
  return Object.entries(properties as Json).map(([name, schema]) => {
    return { name, in: 'query', required: (required as string[]).includes(name), schema }
  })
}

function answerOf({
  status = 200,
  answer,
  type = 'application/json',
}: Pick<Operation, 'status' | 'answer' | 'type'>): Json {
  const content = answer && { content: { [type]: { schema: schemaOf(answer, 'output') } } }
  return { [status]: { description: answer ? 'Done' : 'Done; no body', ...content } }
}

function errorsOf(statuses: readonly number[]): Json {
  const named = Object.entries(errorStatus).filter(([, status]) => statuses.includes(status))
  return Object.fromEntries(named.map(([code, status]) => [status, { $ref: `#/components/responses/${code}` }]))
}

function errorResponses(): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
  return Object.fromEntries(
    Object.keys(errorStatus).map((code) => [code, { description: `Error \`${code}\``, content }]),
  )
}

/** Schemas that have a name in the document, as several routes speak of them. */
const named = z.registry<{ id: string }>()
const answered = {
  Error: errorAnswer,
  Entry: entrySchema,
  Trigger: triggerSchema,
  Settings: settingsSchema,
  Kind: kindSchema,
  ItemType: itemTypeSchema,
  Picks: picksSchema,
}
const sent = { NewTrigger: newTriggerSchema, ReplacedTrigger: replacedTriggerSchema }
for (const [id, schema] of Object.entries({ ...answered, ...sent })) named.add(schema, { id })

/** JSON Schema of what comes in, or goes out. What JSON Schema cannot say, such as a transformation, stays open. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { properties } = toJsonSchema(z.object({ schema }), io)
  return (properties as { schema: Json }).schema
}

function namedSchemas(): Json {
  const [out, into] = [toJsonSchema(z.object(answered), 'output'), toJsonSchema(z.object(sent), 'input')]
  return { ...(out.$defs as Json), ...(into.$defs as Json) }
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    metadata: named,
    // The format says it; the pattern of a date has three hundred characters.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
      if (jsonSchema.id !== undefined) delete jsonSchema.id
    },
  })
  return JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
