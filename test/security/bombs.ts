import { gzipSync } from 'node:zlib'

const MOST = 1024 * 1024 - 200

/** Forms of nearly a megabyte that cost a parser of nested keys memory or time, by what they are made of. Nobody has to be known to send them. */
export const bombs: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'lists of a thousand': (n: number) => `d${n}[999][999][999][999]=`,
    'a list in one place': (n: number) => `d[${n % 1000}][999][999][999][999][999][999]=`,
    'keys that are numbers': (n: number) => `data[${n}]=`,
    'keys that are words': (n: number) => `data[a${n}][b${n}]=`,
    'encoded keys': (n: number) => `%64ata%5B${n}%5D%5B${n}%5D=`,
    'depth without end': (n: number) => `d${'[a]'.repeat(n % 500)}=`,
    'one name again and again': () => 'data[FIELDS][ID]=',
    'lists that are pushed to': () => 'data[]=',
    'nothing but separators': () => '&&&&&&&&',
    'nothing but signs of equality': () => '========',
    'names without a value': () => 'a',
    'open brackets': () => 'data[[[[[[',
    'messages without end': (n: number) => `data[DATA][${n}][message][text]=a&data[DATA][${n}][connector][line_id]=5`,
    'messages with long words': (n: number) =>
      `data[DATA][${n % 60}][message][text]=${'[icon= title= width='.repeat(50)}`,
    'files of a message': (n: number) => `data[DATA][0][message][files][${n}][name]=f`,
    'broken escapes': () => '%E0%A4%A=%FF%FE&%=%',
    prototypes: (n: number) => `__proto__[${n}]=1&constructor[prototype][${n}]=1`,
    'long names': (n: number) => `${'n'.repeat(1000)}${n}=`,
    'spaces that are signs': () => '++++++=++++++',
    NUL: () => 'data[%00]=%00',
  }).map(([name, pair]) => [name, fill(pair)]),
)

function fill(pair: (n: number) => string): string {
  const pairs: string[] = []
  for (let n = 0, length = 0; length < MOST; n++) {
    pairs.push(pair(n))
    length += (pairs.at(-1)?.length ?? 0) + 1
  }
  return pairs.join('&').slice(0, MOST)
}

/** The same in a few kilobytes. */
export function zipped(body: string): Buffer<ArrayBuffer> {
  return gzipSync(body)
}
