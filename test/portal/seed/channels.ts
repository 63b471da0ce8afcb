import type { Channel, Form, Line, Mailbox } from '../world/channel.ts'
import { SEED } from './names.ts'

const { users, forms, lines, channels, emails } = SEED

/** What customers come in through. */
export const FORMS: Form[] = [
  { id: forms.callback, name: 'Call me back', active: true, isCallback: true, creates: 'lead' },
  { id: forms.callbackAgain, name: 'Call me back (shop)', active: true, isCallback: true, creates: 'deal' },
  { id: forms.callbackOld, name: 'Call me back (old)', active: false, isCallback: true, creates: 'lead' },
  { id: forms.contact, name: 'Contact us', active: true, isCallback: false, creates: 'lead' },
]

export const LINES: Line[] = [
  { id: lines.cloud, name: 'Sales SIP' },
  { id: lines.office, name: 'Office PBX' },
  { id: lines.rented, name: '+49 30 555000' },
]

export const CHANNELS: Channel[] = [
  channel(channels.sales, 'Sales', 'telegrambot', true),
  channel(channels.support, 'Support', 'livechat', true),
  channel(channels.closed, 'Old chat', 'livechat', false),
]

export const MAILBOXES: Mailbox[] = [
  { email: emails.mailbox, userId: users.admin },
  { email: 'sam@acme.example', userId: users.sam },
]

function channel(id: number, name: string, connectorId: string, active: boolean): Channel {
  return { id, name, active, connectorId, queue: [users.sam, users.ines] }
}
