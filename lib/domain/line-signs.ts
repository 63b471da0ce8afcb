/** A text without the signs that keep lines from ending in it, at a hyphen or a blank: nobody types them who searches or filters. */
export function withoutLineSigns(text: string): string {
  return text.replaceAll('\u2060', '').replaceAll('\u00a0', ' ')
}
