import { arch, cpus, platform, totalmem } from 'node:os'
import { acknowledge } from './acknowledge.ts'
import { burst } from './burst.ts'
import { pages } from './pages.ts'
import { requests } from './requests.ts'

/** `npm run bench` runs all of them, `npm run bench -- requests` one. Each prints a table; ratios are of one run. */
const benches: Record<string, () => Promise<void>> = { requests, acknowledge, burst, pages }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}

const [cpu] = cpus()
const gigabytes = Math.round(totalmem() / 2 ** 30)
console.log(
  `${cpu?.model.trim()} × ${cpus().length}, ${gigabytes} GB, ${platform()}-${arch()}, Node ${process.versions.node}`,
)
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  console.log(`\n${name}`)
  await benches[name]?.()
}
