/** Hands a file to the browser, which saves it under that name. */
export function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser reads the file after this.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
