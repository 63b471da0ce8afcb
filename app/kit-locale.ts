/** The kit's own words (close, search, clear) in the language of the page; its English ones where it has no such language. */
export async function loadKitLocale(language: string): Promise<object | undefined> {
  const locales: Readonly<Record<string, object>> = await import('@bitrix24/b24ui-nuxt/locale')
  return locales[language]
}
