/**
 * Names of conversations in CRM: `connector|channel|external chat|customer` (`platform.md` 10.12). Where several people of a messenger
 * write in one chat, its conversations are kept under `connector|channel|external chat|0`, though events name the one who wrote
 * (`platform.md` 5.4).
 */
const GROUP = '0'

/** The chat in its messenger, whoever writes in it. */
export function chatOf(userCode: string): string {
  return userCode.split('|').slice(0, 3).join('|')
}

/** What a conversation of the chat is called if several people write in it. */
export function groupCodeOf(userCode: string): string {
  return `${chatOf(userCode)}|${GROUP}`
}

/** The Open Channel of a conversation. */
export function channelOf(userCode: string): string {
  return userCode.split('|')[1] ?? ''
}
