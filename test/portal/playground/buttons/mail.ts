import { restoreMail } from '../../acts/activity.ts'
import { clickMailLink, findSentMail, openMail, receiveAutomaticMail, receiveMail, sendMail } from '../../acts/mail.ts'
import { lastMailTo } from '../clients.ts'
import type { ActGroup } from './act.ts'

const HTML = '<p>Our offer: <a href="https://acme.example/offer">acme.example/offer</a></p>'

/** E-mails to and fro, and what programs write. */
export const MAIL: ActGroup = {
  id: 'mail',
  acts: {
    'mail-in': (portal, { email }) => receiveMail(portal, { from: email }),
    'mail-out': (portal, { email }) => sendMail(portal, { to: email, html: HTML }),
    'mail-open': (portal, client) => openMail(portal, lastMailTo(portal.world, client)),
    'mail-click': (portal, client) => clickMailLink(portal, lastMailTo(portal.world, client)),
    'mail-away': (portal, { email }) => receiveAutomaticMail(portal, 'outOfOffice', { from: email }),
    'mail-bounce': (portal, client) => {
      receiveAutomaticMail(portal, 'bounce', { replyTo: lastMailTo(portal.world, client) })
    },
    'mail-robot': (portal, { email }) => sendMail(portal, { to: email, html: HTML, byRobot: true }),
    'mail-old': (portal, { email }) => findSentMail(portal, { to: email }),
    'mail-restore': (portal, client) => restoreMail(portal, lastMailTo(portal.world, client)),
  },
}
