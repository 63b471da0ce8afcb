import type { KindCode } from '../lib/domain/kind-code.ts'
import { translate } from '../lib/texts/translate.ts'
import callCodes from '../lib/triggers/data/call-codes.json' with { type: 'json' }
import connectorHeadings from '../lib/triggers/data/connector-headings.json' with { type: 'json' }
import { kindCodes, kinds } from '../lib/triggers/index.ts'
import type { FieldDescription, Kind } from '../lib/triggers/kind.ts'
import { kindNotes } from './kind-notes.ts'

const made =
  '<!-- Made by docs/generate.ts from the registry of kinds and docs/kind-notes.ts. Change those, then `npm run docs`. -->'

const typeNames: Readonly<Record<number, string>> = { 1: 'leads', 2: 'deals', 7: 'estimates', 31: 'invoices' }

const scopeNames = { crm: 'CRM', telephony: 'Telephony', imopenlines: 'Open Channels' } as const

/** Every page of `docs/kinds` by its file name: one for each kind, and the first page. */
export function kindPages(): Map<string, string> {
  return new Map([['README.md', firstPage()], ...kindCodes.map((code) => [`${code}.md`, kindPage(code)] as const)])
}

function firstPage(): string {
  const rows = kindCodes.map((code) => {
    const { group } = kinds[code]
    return `| [${titleOf(code)}](${code}.md) | ${translate('en', `groups.${group}`)} | ${descriptionOf(code)} |`
  })
  return `# Trigger types

${made}

| trigger type | group | fires when |
| --- | --- | --- |
${rows.join('\n')}

## What holds for all trigger types, and differs from Bitrix24’s own triggers

- The journal says of every item why it moved, or why not; you can undo a move from there.
- Items move on behalf of the responsible person or of a chosen employee, with that person’s rights. Bitrix24’s own triggers check neither
  rights nor the fields that a stage requires.
- *Allow moving back* is off at first: items move forward only, and closed items stay closed.
- One event moves an item once. Of several triggers of a type, the one whose stage comes first in the pipeline wins, as in Bitrix24.
- Events from more than 24 hours ago, or from before the trigger was active, move nothing. The administrator can set 1 to 168 hours, for mailboxes
  that stand still over a weekend.
- Stagecue never moves an item more than five times within ten minutes.
`
}

function kindPage(code: KindCode): string {
  const { entityTypeIds, scope, fields } = kinds[code]
  const { tracks, needs, speed, differs } = kindNotes[code]
  return `# ${titleOf(code)}

${made}

${descriptionOf(code)}

| | |
| --- | --- |
| code | \`${code}\` |
| group | ${translate('en', `groups.${kinds[code].group}`)} |
| moves | ${movedBy(entityTypeIds)} |
| permission | ${scopeNames[scope]} (\`${scope}\`) |

**What it tracks.** ${tracks}

**What to use it for.** ${translate('en', `kinds.${code}.use`)}

**What it needs.** ${needs}

**How quick it is.** ${speed}

**How it differs from Bitrix24’s own.** ${differs}

## Its own fields

${fieldTable(code, fields)}
${knowledgeOf(code)}`
}

/** What the kind knows of the world, kept as data: which entries, and where they were seen. */
function knowledgeOf(code: KindCode): string {
  if (code === 'call-missed') return codesOfExchanges()
  return code === 'chat-message' || code === 'chat-first-message' ? headingsOfConnectors() : ''
}

function codesOfExchanges(): string {
  const rows = callCodes.map(({ code, end, means, seen }) => {
    return `| ${code === '' ? '–' : `\`${code}\``} | ${end} | ${means} | ${seen} |`
  })
  return `
## Codes of exchanges

Another code is neither a missed call nor a declined one. Codes of “unanswered” other than 304 count only with no seconds of talk. A
code is added in \`lib/triggers/data/call-codes.json\`.

| code | the call was | means | seen in |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function headingsOfConnectors(): string {
  const rows = connectorHeadings.map(({ heading, language, author, seen }) => {
    return `| \`${heading}\` | ${language} | ${author} | ${seen} |`
  })
  return `
## Headings of connectors

A message that begins with one of these was copied by a connector under the customer’s name. \`…\` is any text. A heading is added in
\`lib/triggers/data/connector-headings.json\`.

| heading | language | written by | seen in |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function movedBy(entityTypeIds: Kind['entityTypeIds']): string {
  if (entityTypeIds === 'all') return 'leads, deals, estimates, invoices and smart-process items with stages'
  return entityTypeIds.map((id) => typeNames[id] ?? `type ${id}`).join(' and ')
}

function fieldTable(code: KindCode, fields: readonly FieldDescription[]): string {
  if (fields.length === 0) return 'It has none.'
  const rows = fields.map((field) => {
    const value = field.required ? 'required' : defaultOf(field.default)
    return `| \`${field.name}\` | ${value} | ${kindNotes[code].fields[field.name] ?? ''} |`
  })
  return ['| field | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

function defaultOf(value: unknown): string {
  return value === null ? 'any' : `\`${JSON.stringify(value)}\``
}

function titleOf(code: KindCode): string {
  return translate('en', `kinds.${code}.title`)
}

function descriptionOf(code: KindCode): string {
  return translate('en', `kinds.${code}.description`)
}
