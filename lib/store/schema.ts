import type { Generated } from 'kysely'
import type { JobState, MessageSource, Outcome, PortalStatus, Source, WaitsFor } from '../domain/states.ts'
import type { StopScope } from '../domain/stop.ts'

/**
 * The tables, as both engines see them (`design.md` 5). Times are ISO 8601 UTC text with milliseconds, so that text order is
 * time order; flags are 0 or 1; JSON is text. Everything is keyed by `portal`, the portal's member_id.
 */
export interface Schema {
  portal: PortalTable
  access: AccessTable
  trigger: TriggerTable
  trigger_version: TriggerVersionTable
  work: JobTable
  occurrence: OccurrenceTable
  decision: DecisionTable
  intent: IntentTable
  conversation: ConversationTable
  channel: ChannelTable
  heard_message: SeenMessageTable
  form: FormTable
  item_field: ItemFieldTable
  sent_mail: SentMailTable
  cursor: CursorTable
  audit: AuditTable
  rest_log: RestLogTable
  budget: BudgetTable
  heard_event: ReceivedEventTable
  made_link: MadeLinkTable
  link_host: LinkHostTable
  answer_drift: AnswerDriftTable
  tombstone: TombstoneTable
  stopped_link: StoppedLinkTable
}

export type Flag = 0 | 1

export interface PortalTable {
  member_id: string
  domain: string
  /** REST address with trailing slash, e.g. `https://acme.bitrix24.com/rest/`. */
  endpoint: string
  /** Origin of its OAuth server, one of B24_OAUTH_SERVERS. */
  oauth_server: string
  app_code: string | null
  application_token: string | null
  status: PortalStatus
  lang: string
  /** Granted scopes, comma separated. */
  scope: string
  /** The administrator who last ran the installation. */
  installer_id: number | null
  /** JSON of `Settings`. */
  settings: string
  /** JSON of the installation's last steps. */
  install_steps: string
  /** JSON of `Subscriptions`; null until they were checked. */
  subscriptions: string | null
  /** JSON of `Probe`, and when it was last asked; null until then. */
  probe: string | null
  probed_at: string | null
  installed_at: string | null
  /** When every row of it is to be erased; null: never. */
  erase_at: string | null
  lease_owner: string | null
  lease_until: string | null
  lease_number: number
  created_at: string
  updated_at: string
}

export interface AccessTable {
  portal: string
  user_id: number
  name: string
  is_admin: Flag
  /** AES-256-GCM, see `sealing.ts`. */
  access_token: string
  refresh_token: string | null
  key_id: string
  expires_at: string
  /** When OAuth issued this pair: a newer pair is never overwritten by an older one. */
  issued_at: string
  state: 'live' | 'dead'
  /** One refresh at a time over all processes: whoever holds this until then. */
  refreshing_until: string | null
  used_at: string
  /** The portal refused it, and refused the renewed pair too: it is not used before that moment. */
  refused_until: string | null
  /** How often in a row that happened. */
  refusals: Generated<number>
  /** When the portal itself last said who this person is and whether he is an administrator. */
  proven_at: string | null
  /** Names the sessions that this person opened: a token that names another is worth nothing. */
  sid: string | null
  /** The refresh token came from an OAuth server, not from a page that might have made it up. */
  renewed: Generated<Flag>
  /** When the pair was refused for good; null while it is live. */
  lost_at: string | null
}

export interface TriggerTable {
  id: Generated<number>
  portal: string
  version: number
  kind: string
  name: string
  entity_type_id: number
  category_id: number | null
  stage_id: string
  /** JSON list of stage ids. */
  from_stages: string
  /** `null`: the responsible person. */
  acting_user_id: number | null
  allow_moving_back: Flag
  /** JSON of the kind's own fields. */
  fields: string
  when_several: 'all' | 'newest' | 'none'
  via_client: Flag
  if_no_access: 'installer' | 'wait'
  mode: 'live' | 'watch'
  enabled: Flag
  /** The latest of made, switched on, set live: what happened before is `stale`. */
  ready_at: string
  /** JSON {reason, detail, since} or null. */
  attention: string | null
  created_at: string
  created_by: number
  updated_at: string
}

interface TriggerVersionTable {
  portal: string
  trigger_id: number
  version: number
  /** JSON of the whole trigger; null when it was deleted. */
  body: string | null
  changed_at: string
  changed_by: number
}

export interface JobTable {
  id: Generated<number>
  portal: string
  kind: string
  /** What it is about; one row per (portal, kind, subject) may be due, except events. */
  subject: string
  /** JSON, by kind. */
  body: string
  due_at: string
  attempts: number
  state: JobState
  /** Why, for people. */
  reason: string | null
  /** What wakes the row before it is due; null: nothing but time. */
  waits_for: WaitsFor | null
  created_at: string
  updated_at: string
}

export interface OccurrenceTable {
  portal: string
  key: string
  kind: string
  at: string
  source: Source
  /** JSON: what filters compare and the journal shows. */
  facts: string
  /** JSON of `Origin`: where its items are looked for. */
  origin: string
  /** Key of the occurrence that takes an item before this one. */
  yields_to: string | null
  heard_at: string
  /** JSON list of trigger ids whose own fields did not match; emptied after 7 days. */
  filtered: string
}

export interface DecisionTable {
  id: Generated<number>
  portal: string
  occurrence_key: string
  kind: string
  trigger_id: number
  trigger_name: string
  /** 0/0: no item. */
  entity_type_id: number
  item_id: number
  outcome: Outcome
  reason: string | null
  /** JSON: what the guard compared, or the portal's answer. */
  facts: string
  move_from: string | null
  move_to: string | null
  move_user_id: number | null
  /** The wanted user, when the installer stood in. */
  on_behalf_of: number | null
  /** The portal's request id of the move. */
  request_id: string | null
  at: string
  undone_at: string | null
  undone_by: number | null
  corrected_at: string | null
  corrected_to: string | null
}

export interface IntentTable {
  id: Generated<number>
  portal: string
  occurrence_key: string
  kind: string
  trigger_id: number
  trigger_name: string
  entity_type_id: number
  item_id: number
  from_stage: string
  to_stage: string
  category_id: number | null
  user_id: number
  on_behalf_of: number | null
  /** The portal's own time of the item's last change of stage before this one. */
  moved_time: string | null
  if_no_access: 'installer' | 'wait'
  state: 'open' | 'settled'
  /** Calls of unknown outcome after which the portal showed that nothing had happened. */
  unknown_calls: number
  begun_at: string
  lease_number: number
}

/** Watched fields of items (`field-changed`): what they held stays in the portal, only its hash is here. */
export interface ItemFieldTable {
  portal: string
  entity_type_id: number
  item_id: number
  field: string
  category_id: number | null
  hash: string
  changed_at: string | null
  nth: number
}

/** E-mails that CRM sent and tracks, while their view or click may still come: nothing of what they say. */
interface SentMailTable {
  portal: string
  activity_id: number
  sent_at: string
  /** The view was recognised, if anybody looks for it; nothing more is to be done about it. */
  viewed: Flag
  /** The same of the click. */
  clicked: Flag
}

/** See `Conversation`. */
export interface ConversationTable {
  portal: string
  session_id: string
  user_code: string
  channel_id: string
  activity_id: number | null
  status: number | null
  updated_at: string | null
  accepted_at: string | null
  last_message_id: string | null
  /** When we last saw it; null: kept by a version that did not note it. */
  seen_at: string | null
  /** Who wrote first; null: nobody has looked. */
  begun_by: 'customer' | 'connector' | null
  /** JSON of `Proof`; null: it was never counted. */
  proof: string | null
}

interface ChannelTable {
  portal: string
  channel_id: string
  source: MessageSource
  /** When an event last told of a customer's message. */
  heard_at: string | null
  /** May the histories of its conversations be read? Null: nobody has tried. */
  history: 'readable' | 'denied' | null
  /** The one conversation that was refused since another could be read. */
  denied_session: string | null
}

/** Customers' messages that events told of and that are done with, for a day: when and by which id, not what they said. */
interface SeenMessageTable {
  portal: string
  /** `connector|channel|external chat`: one chat may have several people. */
  user_code: string
  /** The messenger's own id. */
  external_id: string
  at: string
}

/** CRM forms that were seen by their submissions, in portals that do not list them. */
interface FormTable {
  portal: string
  form_id: string
  title: string
}

interface CursorTable {
  portal: string
  name: string
  value: string
}

export interface AuditTable {
  id: Generated<number>
  portal: string
  at: string
  user_id: number | null
  action: string
  detail: string
}

/** Three days of REST requests, without bodies (Market rule, `platform.md` 1.7). */
interface RestLogTable {
  id: Generated<number>
  portal: string
  at: string
  user_id: number | null
  methods: string
  status: number
  error: string | null
  ms: number
}

/** Only on PostgreSQL there are rows: what processes together count of a portal's requests. */
interface BudgetTable {
  portal: string
  /** Grows with each change, so that nobody overwrites another one's. */
  version: number
  /** JSON of `Meter`, by the database's clock. */
  meter: string
}

/** Portals that were erased: nothing else outlives one but what is stopped of its links. */
interface TombstoneTable {
  member_id: string
  erased_at: string
  reason: string
  /** JSON: ids, times and codes. */
  detail: string
}

/** The last time that the portal sent an event of that name, to the minute. */
interface MadeLinkTable {
  portal: string
  /** A name of the link that does not give it away. */
  link: string
  made_at: string
}

interface LinkHostTable {
  portal: string
  host: string
  /** How many links to it were given out. */
  made: number
  last_at: string
}

interface ReceivedEventTable {
  portal: string
  event: string
  at: string
}

/** Tracked links that lead nowhere any more, of one portal or (member_id empty) of every one. */
export interface StoppedLinkTable {
  id: Generated<number>
  member_id: string
  what: StopScope
  /** What links are found by; see `Stop`. */
  hash: string
  /** What people read; empty when the portal was erased. */
  label: string
  stopped_at: string
  stopped_by: 'administrator' | 'operator'
  user_id: number | null
}

/** Answers of a portal that did not look as we know them: keys and types, no values. */
interface AnswerDriftTable {
  portal: string
  method: string
  shape: string
  count: number
  last_at: string
}
