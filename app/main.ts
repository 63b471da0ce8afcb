import { createApp } from 'vue'
import './main.css'
import AppRoot from './AppRoot.vue'
import { createTexts } from './i18n.ts'
import { readPageData } from './read-page-data.ts'
import { applyTheme, storedTheme } from './theme.ts'

const page = readPageData(document)
applyTheme(storedTheme())
createApp(AppRoot, { page })
  .use(await createTexts(page.language))
  .mount('#app')
