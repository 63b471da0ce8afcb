import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, matchesGlob, relative } from 'node:path'
import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast'

/** What an image holds and starts. */
export type Image = { env: Record<string, string>; cwd: string; command: string[]; healthCheck: string[] }

/**
 * Performs the last stage of a Dockerfile without a container: `folder` stands for the image's root, and paths of the image are below it. What it
 * takes from another stage is taken from the repository, `root`, where that stage has been performed by other means.
 */
export function makeImage(root: string, folder: string, env: NodeJS.ProcessEnv): Image {
  const image: Image = { env: {}, cwd: folder, command: [], healthCheck: [] }
  const inside = (path: string) => (path.startsWith('/') ? join(folder, path) : join(image.cwd, path))
  for (const step of lastStage(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    const text = step.getRawArgumentsContent() ?? ''
    switch (step.getKeyword()) {
      case 'WORKDIR':
        image.cwd = inside(text)
        mkdirSync(image.cwd, { recursive: true })
        break
      case 'COPY':
        copy(root, step as Copy, inside)
        break
      case 'RUN':
        execFileSync('sh', ['-ec', asHere(text, folder)], { cwd: image.cwd, env, stdio: 'pipe' })
        break
      case 'ENV':
        for (const [name, value] of envOf(text)) image.env[name] = inPlace(value, folder)
        break
      case 'HEALTHCHECK':
        image.healthCheck = JSON.parse(/CMD\s+(\[.+\])/s.exec(text)?.[1] ?? '[]')
        break
      case 'CMD':
        image.command = JSON.parse(text)
    }
  }
  return image
}

/** What an ENV of a Dockerfile sets, in the form `NAME=value NAME="value with blanks"`. */
export function envOf(text: string): [name: string, value: string][] {
  return [...text.matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S*))/g)].map(([, name = '', quoted, plain = '']) => [
    name,
    quoted ?? plain,
  ])
}

function lastStage(text: string): Instruction[] {
  const steps = DockerfileParser.parse(text).getInstructions()
  return steps.slice(steps.findLastIndex((step) => step.getKeyword() === 'FROM') + 1)
}

/** A path of the image is one below the folder. */
function inPlace(word: string, folder: string): string {
  return word.startsWith('/') ? join(folder, word) : word
}

/** A command of the image: its paths are below the folder, and its user is whoever runs the tests. */
function asHere(command: string, folder: string): string {
  const owned = command.replaceAll('1000:1000', `${process.getuid?.()}:${process.getgid?.()}`)
  return owned.replaceAll(/(?<=^|\s)\/\S+/g, (path) => inPlace(path, folder))
}

function copy(root: string, step: Copy, inside: (path: string) => string): void {
  const words = step.getArguments().map((argument) => argument.getValue())
  const to = inside(words.at(-1) ?? '')
  for (const source of words.slice(0, -1)) {
    if (step.getFromFlag()) {
      cpSync(join(root, relative('/app', source)), to, { recursive: true })
      continue
    }
    for (const file of contextOf(root).filter((name) => name === source || name.startsWith(`${source}/`))) {
      const isOne = file === source
      const target = isOne && !to.endsWith('/') ? to : join(to, isOne ? basename(file) : relative(source, file))
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(root, file), target)
    }
  }
}

/** The files of the repository that a build sees: what `.dockerignore` names is left out. */
function contextOf(root: string): string[] {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const isIgnored = (file: string) => rules.some((rule) => file.startsWith(`${rule}/`) || matchesGlob(file, rule))
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  return files.filter((file) => !isIgnored(file) && existsSync(join(root, file)))
}
