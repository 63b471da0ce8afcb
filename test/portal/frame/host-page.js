import { openApp } from './app-frame.js'
import { selectUser } from './select-user.js'

const opening = JSON.parse(document.getElementById('opening').textContent)

openApp(document.querySelector('iframe'), opening, {
  installed: () => location.assign(`/app-frame?user=${opening.userId}`),
  reload: () => location.reload(),
  close: () => true,
  openApplication: () => true,
  openPath: (path) => {
    document.body.dataset.openedPath = path
    return { result: 'close' }
  },
  selectUser,
})
