import { describe, expect, it } from 'vitest'
import { bodyLinks } from '../../../lib/engine/read/body-links.ts'

describe('The http links of a body', () => {
  it('of HTML are the addresses of its links, each once, in their order', () => {
    const html = `<p>https://text.example</p><a href="https://b.example/?x=1&amp;y=2">b</a>
      <A HREF='HTTP://a.example'>a</A><a href="https://b.example/?x=1&y=2">again</a><area href=https://c.example/ >
      <a href="https://broken.example/
        line">d</a><a href="mailto:x@y.example">m</a><a href="tel:1">t</a><a href="#top">top</a><a name="x">x</a>
      <!-- <a href="https://hidden.example">no</a> --><img src="https://image.example/1.png"><a href="/relative">r</a>`
    expect(bodyLinks(html, 3)).toEqual([
      'https://b.example/?x=1&y=2',
      'HTTP://a.example',
      'https://c.example/',
      'https://broken.example/        line',
    ])
  })

  it('of unclosed or nested tags are found too', () => {
    expect(bodyLinks('<a href="https://a.example"><b><a href="https://b.example">', 3)).toEqual([
      'https://a.example',
      'https://b.example',
    ])
  })

  it('of text and BB codes are whatever looks like one', () => {
    expect(bodyLinks('See https://a.example/x, or (http://b.example). mailto:c@d.example', 1)).toEqual([
      'https://a.example/x',
      'http://b.example',
    ])
    expect(bodyLinks('[url=https://a.example/?x=1]here[/url] [url]https://b.example[/url]', 2)).toEqual([
      'https://a.example/?x=1',
      'https://b.example',
    ])
  })

  it('of an empty body are none', () => {
    expect([bodyLinks('', 3), bodyLinks('', 1)]).toEqual([[], []])
  })
})
