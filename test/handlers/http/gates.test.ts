import { expect, test } from 'vitest'
import { createGates, GateTimeout } from '../../../handlers/http/gates.ts'

/** Something that ends when it is told to. */
function task() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { end: () => end(), run: () => ended }
}

const turns = async () => {
  for (let n = 0; n < 5; n++) await Promise.resolve()
}

test('so many of a key go through at a time, the others in order; other keys do not wait', async () => {
  const pass = createGates(2, 10_000)
  const begun: string[] = []
  const [one, two, three, four, other] = [task(), task(), task(), task(), task()]
  const enter = (name: string, key: string, { run }: ReturnType<typeof task>) =>
    pass(key, () => {
      begun.push(name)
      return run()
    })
  const all = [
    enter('one', 'a', one),
    enter('two', 'a', two),
    enter('three', 'a', three),
    enter('four', 'a', four),
    enter('other', 'b', other),
  ]
  await turns()
  expect(begun).toEqual(['one', 'two', 'other'])
  two.end()
  await turns()
  expect(begun).toEqual(['one', 'two', 'other', 'three'])
  for (const { end } of [one, three, four, other]) end()
  await Promise.all(all)
  expect(begun).toEqual(['one', 'two', 'other', 'three', 'four'])
})

test('who waits too long is told so, and takes nobody’s place; what fails leaves its place', async () => {
  const pass = createGates(1, 20)
  const first = task()
  const going = pass('a', first.run)
  await expect(pass('a', async () => 'late')).rejects.toBeInstanceOf(GateTimeout)
  first.end()
  await going
  await expect(pass('a', () => Promise.reject(new Error('fails')))).rejects.toThrow('fails')
  expect(await pass('a', async () => 'in')).toBe('in')
})
