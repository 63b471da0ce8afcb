import { join } from 'node:path'
import { readEnvironment } from '../lib/config.ts'
import { examine } from '../lib/doctor/examine.ts'
import { assetsFolder } from './http/page-assets.ts'
import { runCommand } from './run-command.ts'

/** `npm run doctor`: what is wrong with this installation and what to do; ends with 1 while something is (`docs/operate.md`). */
async function main(): Promise<void> {
  const findings = await examine({
    env: readEnvironment(),
    folder: process.cwd(),
    pagesManifest: join(assetsFolder, 'manifest.json'),
    clock: () => new Date(),
  })
  for (const finding of findings) {
    const { about, ok, what } = finding
    process.stdout.write(`${ok ? 'ok   ' : 'FAULT'}  ${about}: ${what}${ok ? '' : ` ${finding.advice}`}\n`)
  }
  const faults = findings.filter(({ ok }) => !ok).length
  if (faults === 0) return
  process.stdout.write(`\n${faults === 1 ? 'One fault was' : `${faults} faults were`} found. Nothing was changed.\n`)
  process.exitCode = 1
}

await runCommand(main)
