import { ConfigError } from '../lib/config.ts'

/** Runs an operator's command. What went wrong is told in one text, and ends it with 1; `explain` says it where the error alone does not. */
export async function runCommand(
  main: () => Promise<void>,
  explain: (error: Error) => string = ({ message }) => message,
): Promise<void> {
  try {
    await main()
  } catch (error) {
    const text = error instanceof ConfigError ? error.message : explain(error as Error)
    process.stderr.write(`${text}\n`)
    process.exitCode = 1
  }
}
