import type { Switches } from './switches.ts'

/** What holds a statement: tests (`file > title`, files of this folder without `.test.ts`) and switches; or why nothing does. */
export type Held = Readonly<{
  /** Words of the statement: before its mark, or behind it where the mark comes first. */
  says: string
  tests?: readonly string[]
  switches?: readonly (keyof Switches)[]
  notBuilt?: string
}>

const OFFLINE = 'The emulator has no offline events: event.bind refuses them, and the app uses none.'

/** Every statement of `docs/platform/` that was read in the server's source (`[srv]`), by the beginning of the chapter's file. */
export const HELD: Readonly<Record<string, readonly Held[]>> = {
  '01': [
    { says: 'nothing to install', notBuilt: 'The app has an installer page.' },
    {
      says: 'counts as not installed until `installFinish`',
      tests: ['lifecycle > a new version with an installer must be finished again, and reaches nobody before'],
      switches: ['appUpdateEvent', 'robotsDroppedOnUpdate'],
    },
    {
      says: 'It comes after `installFinish`',
      tests: ['lifecycle > ONAPPINSTALL also goes to the address in the version card'],
    },
  ],
  '02': [
    {
      says: 'Two servers',
      tests: ['oauth > knows the portals that belong to it, and those alone'],
      switches: ['oauthServer'],
    },
    {
      says: 'was done by nobody',
      tests: ['events > brings the token of the handler’s auth_type, also when nobody caused it, by the switch'],
      switches: ['anonymousEventAuthWithAuthType'],
    },
    {
      says: 'X dismissed',
      tests: [
        'oauth > is refused with wrong keys, unknown tokens and to dismissed users',
        'rest > when its user was dismissed',
      ],
    },
  ],
  '03': [
    { says: '"Event not found"', tests: ['events > knows only events of the app’s scopes'] },
    { says: 'Handler already binded', tests: ['events > refuses what is bound already and what does not exist'] },
    { says: 'the source refuses', tests: ['events > counts, tells auth_type apart, and demands event and handler'] },
    { says: 'Offline rows are', notBuilt: OFFLINE },
    {
      says: 'Dead subscriptions',
      tests: [
        'events > dies when its event finds no installed app; the end of the installation does not revive it',
        'events > is not revived by a refused duplicate, but by a new row, whoever binds it',
        'events > lives on where another installed app listens, and always by the switch',
      ],
      switches: ['deadSubscriptions'],
    },
    {
      says: 'within one hit of the portal',
      tests: ['events > equal events are sent once to each handler, others all'],
    },
    { says: "the app's payment is not allowed", tests: ['lifecycle > no event is sent when the paid time is over'] },
    {
      says: 'Null and empty lists are not sent',
      tests: ['vectors > PHP forms', 'events > is a nested form with handler id, time and auth'],
    },
    { says: 'gives only domain, member_id', tests: ['events > of a customer or a robot brings no token'] },
    { says: 'MESSAGE_ID is made of both', notBuilt: OFFLINE },
    { says: 'Every event but ONOFFLINEEVENT', notBuilt: OFFLINE },
    { says: '`EVENT_ADDITIONAL`', notBuilt: OFFLINE },
    { says: 'the same key', notBuilt: OFFLINE },
  ],
  '04': [
    {
      says: 'raised beside the general one',
      tests: [
        'forms-and-payments > changes by hand; the same value again is no change',
        'structure > takes the handlers of its own events, its widgets and its bindings with it',
      ],
    },
    {
      says: 'Raised however the item was saved',
      tests: [
        'items > moves an item as the owner of the token: answer, history and event say so',
        'forms-and-payments > changes by hand; the same value again is no change',
      ],
    },
    {
      says: 'Calls between employees',
      tests: ['calls > a call between employees raises the events of an outgoing one, and CRM knows nothing of it'],
    },
    { says: '`REST_APP:<app id>`', tests: ['calls > of a telephony app lack the line when they begin'] },
    {
      says: 'is missing, empty or `0`',
      tests: [
        'calls > has no activity, unless it makes a lead',
        'calls > CRM_ACTIVITY_ID is %s by the switch; the statistics name the client',
      ],
      switches: ['callActivityId'],
    },
    {
      says: 'One statistics row per CALL_ID',
      tests: ['calls > has one row and one end, of who answered or was rung last'],
      switches: ['legsShareCallId'],
    },
    {
      says: 'a group that rings five telephones',
      tests: [
        'calls > that registers a call again within half an hour gets the one that runs, for another user a new one',
        'calls > rings a group by a call for each telephone, all of one number at one time; one is answered, or none',
      ],
    },
    { says: 'The app chooses the code', tests: ['calls > chooses the code, or leaves it to the seconds'] },
    {
      says: 'ONOPENLINEMESSAGEADD, customer',
      tests: [
        'chats > of a customer tells external ids and no session',
        'chats > of an employee tells the portal’s ids',
      ],
      switches: ['openLineDataShape', 'sessionEventShape'],
    },
    {
      says: 'The source filters nothing',
      tests: ['chats > comes for everybody, employees or nobody, as an object or a list, by the switches'],
      switches: ['openLineEvents'],
    },
    { says: 'raise no add event', tests: ['chats > does not come for what employees write in the live chat'] },
    {
      says: "as the customer's own user",
      tests: ['chats > of a customer brings the customer’s own user, with a token'],
    },
    {
      says: 'ONSESSIONSTART is raised after',
      tests: [
        'chats > name the portal’s chat and no session, or what is documented, by the switch',
        'chats > a conversation whose first message carries a tracking code begins before it is registered in CRM',
      ],
    },
    {
      says: '(`date` is missing',
      tests: ['chats > tells when it was written in no way, as nothing, or in Unix seconds, by the switch'],
      switches: ['openLineMessageDate'],
    },
  ],
  '05': [
    {
      says: '`false` when the column is an empty text',
      tests: ['mail > has EMAIL_META, unless another program wrote it'],
    },
    {
      says: 'Unknown names in the filter are dropped',
      tests: [
        'item-lists > drop unknown names in silence, and take an empty list of ids for no condition',
        'item-lists > of activities and of the stage history are right in every zone',
      ],
    },
    { says: 'SUBJECT is a translated phrase', tests: ['forms-and-payments > the SUBJECT of a form’s activity'] },
    { says: 'names are HTML-escaped', tests: ['directory > telephone lines and statistics need their rights'] },
    {
      says: 'though the event names the user',
      tests: ['chats > keeps the chat under the user 0, while messages name the customer'],
      switches: ['groupChatConnector'],
    },
    {
      says: '`CHAT_ID` (its newest session',
      tests: [
        'chats > is one chat, whichever of its conversations names it: the present one, and what was written in all',
      ],
    },
    {
      says: '`params.connectorMid`',
      tests: ['chats > is the whole history, with authors'],
      switches: ['connectorMid'],
    },
    { says: "opens the chat's files", notBuilt: 'The emulator has no files.' },
    {
      says: 'The source has `crm.webform.list',
      tests: ['directory > forms are listed, newest first, or the method is missing by the switch'],
      switches: ['webformList'],
    },
    { says: 'It reads everything', tests: ['item-lists > telephones and e-mails come with one item, not with a list'] },
    {
      says: '`select` drops names',
      tests: [
        'vectors > filters of crm.item.list',
        'item-lists > refuses strange names at any depth, and tells the first fault',
        'item-lists > a selection drops names that the type lacks, but the id comes',
      ],
    },
    {
      says: 'Times are shifted',
      tests: ['item-lists > are right where the reader’s clock is the server’s, and shifted where it is not'],
      switches: ['readerZoneOffset'],
    },
    {
      says: 'still pass the filter',
      tests: [
        'structure > still passes the filter, but does not come back; contactIds are refused',
        'structure > still pass the filter, but do not come back, and an update ignores them',
      ],
      switches: ['clientFieldOff', 'stagesOff'],
    },
    {
      says: 'Checked in this order',
      tests: ['items > checks in the server’s order: editing, plan, transition, workflows, values, required fields'],
    },
    {
      says: 'Required fields are **not** checked',
      tests: ['items > demands no required fields over REST, unless the portal is set so: then it names the first'],
      switches: ['requiredFieldsOverRest'],
    },
    {
      says: 'No right to the transition',
      tests: ['items > refuses who may not edit the item, and who may not move to the stage'],
      switches: ['refusalLanguage'],
    },
    {
      says: 'silently put back',
      tests: ['items > saves what else was changed beside such a stage'],
      switches: ['crossPipelineStage'],
    },
    { says: 'An omitted `categoryId`', tests: ['items > leaves an item in its pipeline when none is given'] },
    {
      says: 'the first of the same semantics',
      tests: ['items > with a new pipeline and %s takes the first of the same semantics'],
    },
    {
      says: 'the answer shows the item after it',
      tests: ['items > answers the item after a rule of the new stage moved it %s; the history has both moves'],
      switches: ['automationMoves'],
    },
    {
      says: 'An error does not prove',
      tests: ['items > can refuse with %s what it has saved, by the switch'],
      switches: ['saysErrorAfterSaving'],
    },
    {
      says: '`CRM_ITEM_UPDATE_ACCESS_DENIED`',
      tests: ['items > refuses who may not edit the item, and who may not move to the stage'],
    },
    {
      says: '`CRM_ITEM_HAS_RUNNING_WORKFLOWS`',
      tests: ['items > checks in the server’s order: editing, plan, transition, workflows, values, required fields'],
    },
    {
      says: 'finds every invoice that was ever paid',
      tests: ['item-lists > finds every invoice that was ever paid by growing ids, also one that was taken back'],
    },
    {
      says: 'smart invoices are not in it',
      tests: ['directory > are listed to administrators, invoices not among them'],
    },
    {
      says: '`entityId` is cast to a number',
      tests: [
        'extensions > takes entries of who may edit the item',
        'batch > that lead nowhere are the map of all results: a list is asked for everything, an entry stands on item 1',
      ],
    },
    {
      says: 'though the scope is granted',
      tests: ['rest > may lack automation: the methods are missing though the scope is granted'],
      switches: ['automationFeature'],
    },
    {
      says: 'A call of a rule runs as',
      tests: ['extensions > a rule’s call brings tokens of the user it names, none, or such as are refused'],
      switches: ['robotCallTokens'],
    },
    {
      says: 'a second telling is not refused',
      tests: ['extensions > a process waits for its first answer; whatever else is told is accepted'],
    },
    {
      says: 'deletes all its rules',
      tests: ['lifecycle > a new version deletes the automation rules, unless the switch says otherwise'],
      switches: ['robotsDroppedOnUpdate'],
    },
    {
      says: 'Unable to set placement handler',
      tests: ['extensions > are bound by administrators, once at each place'],
    },
    {
      says: 'gets its first entry',
      tests: ['playground > a widget is called by the first of its titles where it has none in the portal’s language'],
    },
    {
      says: 'rounded down to a multiple of 50',
      tests: ['items > give fifty a page, the total and the next start; no count with start -1'],
    },
    {
      says: 'Past the end',
      tests: [
        'item-lists > give the first page again past the end, or by the switch an empty one',
        'item-lists > is empty past its end, and cannot read an empty list',
      ],
      switches: ['pastEndPage'],
    },
    {
      says: '`start=-1` (no count',
      tests: ['items > give fifty a page, the total and the next start; no count with start -1'],
    },
    {
      says: 'Reference: `$result[a][OWNER_ID]`',
      tests: ['vectors > references in a batch', 'batch > lose what follows their last bracket, up to the next blank'],
    },
    {
      says: 'pass its filter',
      tests: [
        'batch > leave texts as they are, unless a security module breaks up what might be a script',
        'batch > fill texts of people, too',
      ],
      switches: ['securityFilter'],
    },
  ],
  '07': [
    {
      says: 'codes are texts',
      tests: [
        'items > refuses who may not edit the item, and who may not move to the stage',
        'mail > without an id are refused',
      ],
    },
    {
      says: 'a fault of the database (deadlocks',
      tests: ['rest > fails as often as the switch says, in the words of the method'],
      switches: ['sqlError'],
    },
    {
      says: 'the same in universal methods',
      tests: [
        'rest > fails as often as the switch says, in the words of the method',
        'rest > fails single commands of a batch, without a status',
      ],
      switches: ['sqlError'],
    },
    {
      says: '`CONNECTION_ERROR`',
      tests: ['rest > while the portal cannot ask its OAuth server about a token'],
      switches: ['oauthUnreachable'],
    },
    {
      says: 'gone, never confirmed',
      tests: ['rest > when its user was dismissed', 'rest > when its user never confirmed the invitation'],
    },
    {
      says: '`APPLICATION_NOT_FOUND`',
      tests: ['lifecycle > uninstalling with CLEAN=%i takes tokens, handlers and widgets, then tells'],
    },
    { says: '`PORTAL_DELETED` (403', tests: ['faults > status: any refusal, with any body, as often as wanted'] },
    {
      says: 'may belong to an earlier command',
      notBuilt: 'It is inferred, and nothing is decided by texts: each refusal has its own here.',
    },
  ],
  '10': [{ says: 'cut silently after 7 links', tests: ['events > is cut after seven links'] }],
  '11': [
    { says: 'crossPipelineStage', switches: ['crossPipelineStage'] },
    { says: 'openLineMessageDate', switches: ['openLineMessageDate'] },
    { says: 'clientFieldOff, stagesOff', switches: ['clientFieldOff', 'stagesOff'] },
    { says: 'yes as documented', switches: ['clientFieldOff', 'stagesOff'] },
  ],
  appendices: [
    {
      says: 'RESULT_STREAM 1 in, 2 out',
      tests: ['calls > rings, is picked up, gets its activity, ends', 'calls > outgoing, answered or not'],
    },
    {
      says: 'none is checked',
      tests: ['directory > forms are listed, newest first, or the method is missing by the switch'],
    },
  ],
}
