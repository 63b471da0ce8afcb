import { restoreMail } from '../../acts/activity.ts'
import { clickMailLink, findSentMail, openMail, receiveAutomaticMail, receiveMail, sendMail } from '../../acts/mail.ts'
import { lastMailTo } from '../clients.ts'
import type { ActGroup } from './act.ts'

const HTML = '<p>Our offer: <a href="https://acme.example/offer">acme.example/offer</a></p>'

/** E-mails to and fro, and what programs write. */
export const MAIL: ActGroup = {
  title: 'E-mail',
  acts: {
    'mail-in': {
      label: 'Writes an e-mail',
      told: 'wrote an e-mail.',
      run: (portal, { email }) => receiveMail(portal, { from: email }),
    },
    'mail-out': {
      label: 'Gets an e-mail from Sam',
      told: 'was sent an e-mail by Sam.',
      run: (portal, { email }) => sendMail(portal, { to: email, html: HTML }),
    },
    'mail-open': {
      label: 'Opens our last e-mail',
      told: 'opened our last e-mail.',
      run: (portal, client) => openMail(portal, lastMailTo(portal.world, client)),
    },
    'mail-click': {
      label: 'Clicks the link in it',
      told: 'clicked the link in our last e-mail.',
      run: (portal, client) => clickMailLink(portal, lastMailTo(portal.world, client)),
    },
    'mail-away': {
      label: 'Is away: a program answers',
      told: 'is away: a program answered.',
      run: (portal, { email }) => receiveAutomaticMail(portal, 'outOfOffice', { from: email }),
    },
    'mail-bounce': {
      label: 'Our last e-mail comes back',
      told: 'could not be reached by our last e-mail.',
      run: (portal, client) => {
        receiveAutomaticMail(portal, 'bounce', { replyTo: lastMailTo(portal.world, client) })
      },
    },
    'mail-robot': {
      label: 'Gets an e-mail from a robot',
      told: 'was sent an e-mail by an automation rule.',
      run: (portal, { email }) => sendMail(portal, { to: email, html: HTML, byRobot: true }),
    },
    'mail-old': {
      label: 'An old sent e-mail enters CRM',
      told: 'was written to twenty days ago, as a newly connected mailbox tells.',
      run: (portal, { email }) => findSentMail(portal, { to: email }),
    },
    'mail-restore': {
      label: 'Our last e-mail is restored',
      told: 'has our last e-mail from the recycle bin again.',
      run: (portal, client) => restoreMail(portal, lastMailTo(portal.world, client)),
    },
  },
}
