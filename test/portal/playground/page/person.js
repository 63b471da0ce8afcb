import { select, whenChanged } from './dom.js'
import { go, settings } from './portal.js'
import { say } from './texts.js'

const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
  { id: 'ru', name: 'Русский' },
]

/** Who looks, and in which language. */
const draw = whenChanged(({ users, user, lang }) => [
  select(
    say('page.user'),
    users.map(({ id, name, role }) => ({ id: String(id), name: `${name}, ${role}` })),
    String(user),
    (id) => go(location.pathname, { user: id }),
  ),
  select(say('page.language'), LANGUAGES, lang, (id) => go(location.pathname, { lang: id })),
])

export function drawPerson(container, { users, user }) {
  draw(container, { users, user: user.id, lang: settings.lang })
}
