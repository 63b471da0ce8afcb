/** Ends the process with 1, whatever else happens: the package that starts PostgreSQL hooks the end of the process and would end it with 0. */
export function failAtEnd(): void {
  process.once('exit', () => {
    process.exitCode = 1
  })
}
