/** The kit shows what the class of the root element says. The choice stays in this browser. */
export type Theme = 'light' | 'dark'

const key = 'stagecue-theme'

export function storedTheme(): Theme {
  try {
    return localStorage.getItem(key) === 'dark' ? 'dark' : 'light'
  } catch {
    // A browser may refuse storage to frames of other sites.
    return 'light'
  }
}

export function applyTheme(theme: Theme): void {
  document.documentElement.classList.toggle('dark', theme === 'dark')
  document.documentElement.classList.toggle('light', theme === 'light')
  try {
    localStorage.setItem(key, theme)
  } catch {
    // Then the choice lasts as long as the page.
  }
}
