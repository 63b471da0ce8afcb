import b24ui from '@bitrix24/b24ui-nuxt/vue-plugin'
import { createApp } from 'vue'
import './main.css'
import Root from './Root.vue'

createApp(Root).use(b24ui).mount('#app')
