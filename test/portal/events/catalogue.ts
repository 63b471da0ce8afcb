import type { World } from '../world/world.ts'

const LIFECYCLE = ['ONAPPINSTALL', 'ONAPPUPDATE', 'ONAPPUNINSTALL', 'ONAPPPAYMENT', 'ONAPPMETHODCONFIRM', 'ONAPPTEST']
const ITEMS = ['LEAD', 'DEAL', 'CONTACT', 'COMPANY', 'QUOTE', 'ACTIVITY', 'DYNAMICITEM', 'TYPE', 'TIMELINECOMMENT']
const CALLS = ['ONVOXIMPLANTCALLINIT', 'ONVOXIMPLANTCALLSTART', 'ONVOXIMPLANTCALLEND']
const CHATS = [
  'ONOPENLINEMESSAGEADD',
  'ONOPENLINEMESSAGEUPDATE',
  'ONOPENLINEMESSAGEDELETE',
  'ONSESSIONSTART',
  'ONSESSIONFINISH',
]
const CHANGES = ['ADD', 'UPDATE', 'DELETE']

/** The events of one scope (platform.md 4); `basic` belongs to every app. */
export function eventsOfScope(world: World, scope: string): string[] {
  if (scope === 'basic') return LIFECYCLE
  if (scope === 'telephony') return CALLS
  if (scope === 'imopenlines') return CHATS
  if (scope === 'user') return ['ONUSERADD']
  return scope === 'crm' ? crmEvents(world) : []
}

/** Every event that an app with these scopes may bind. */
export function eventsOfApp(world: World, scopes: string[]): string[] {
  return ['basic', ...scopes].flatMap((scope) => eventsOfScope(world, scope))
}

function crmEvents(world: World): string[] {
  const smart = [...world.types.values()].filter((type) => type.isDynamic).map((type) => type.entityTypeId)
  const items = ITEMS.flatMap((name) => CHANGES.map((change) => `ONCRM${name}${change}`))
  const own = smart.flatMap((id) => CHANGES.map((change) => `ONCRMDYNAMICITEM${change}_${id}`))
  return [...items, ...own, 'ONCRMDEALMOVETOCATEGORY']
}
