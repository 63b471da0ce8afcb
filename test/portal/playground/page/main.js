import { drawBoard } from './board.js'
import { drawCustomer, drawNews } from './customer.js'
import { drawHint } from './hint.js'
import { drawMenu } from './menu.js'
import { drawPerson } from './person.js'
import { go, settings, watch } from './portal.js'
import { drawSlider } from './slider.js'
import { drawTexts, loadTexts } from './texts.js'

const place = (id) => document.getElementById(id)
let view
let unwatch = () => {}
let watched

/** What the address means: a board, and perhaps something that lies over it. */
function readAddress() {
  const path = location.pathname
  const { pipelines, items } = view
  const item = items.find((one) => one.path === path)
  const automation = pipelines.find((one) => one.automationPath === path)
  const under =
    item && pipelines.find((one) => one.entityTypeId === item.entityTypeId && one.categoryId === item.categoryId)
  const board = under ?? automation ?? pipelines.find((one) => one.path === path) ?? firstBoard()
  if (item) return { path, board, item }
  if (automation) return { path, board, automation }
  return { path, board, app: path.startsWith('/marketplace/') }
}

function firstBoard() {
  return view.pipelines.find(({ entityTypeId }) => entityTypeId === 2) ?? view.pipelines[0]
}

function draw() {
  if (!view) return
  const address = readAddress()
  drawPerson(place('person'), view)
  drawMenu(place('menu'), view, address)
  drawBoard(place('board'), view, address)
  drawSlider(place('slider'), view, address)
  drawCustomer(place('customer'), view)
  drawNews(place('news'), view)
  drawHint(place('hint'), view, address)
}

/** The feed is that of one user and language. */
async function watchAsUser() {
  const wanted = `${settings.user} ${settings.lang}`
  if (wanted === watched) return
  watched = wanted
  unwatch()
  await loadTexts(settings.lang)
  // Meanwhile somebody may have chosen another one.
  if (wanted !== watched) return
  drawTexts()
  unwatch = watch((news) => {
    view = news
    draw()
  })
}

addEventListener('popstate', () => {
  void watchAsUser()
  draw()
})
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') document.querySelector('#slider .close')?.click()
})
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="/"]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  go(link.getAttribute('href'))
})
void watchAsUser()
