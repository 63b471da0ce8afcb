import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyLinks } from '../../../lib/engine/sources/activity/body-links.ts'

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

  it.each([
    [
      'a picture is none',
      '[img]https://acme.example/logo.png[/img] [url=https://acme.example/]Shop[/url]',
      ['https://acme.example/'],
    ],
    [
      'entities are decoded',
      '[url=https://acme.example/?a=1&amp;b=2]x[/url] https://b.example/?c=3&amp;d=4',
      ['https://acme.example/?a=1&b=2', 'https://b.example/?c=3&d=4'],
    ],
    [
      'what looks like an entity without an end is none',
      'https://acme.example/?a=1&copy=2',
      ['https://acme.example/?a=1&copy=2'],
    ],
    [
      'balanced brackets belong to it',
      '[url=https://acme.example/?a[]=1]x[/url] (https://wiki.example/Foo_(bar)).',
      ['https://acme.example/?a[]=1', 'https://wiki.example/Foo_(bar)'],
    ],
    [
      'the text of an address is none',
      '[url=https://acme.example/go]https://other.example/[/url]',
      ['https://acme.example/go'],
    ],
    [
      'a quote is somebody else’s',
      '[quote]https://old.example [quote]x[/quote] https://old2.example[/quote] https://new.example',
      ['https://new.example'],
    ],
    [
      'a picture may be a link',
      '[url=https://acme.example/][img]https://acme.example/logo.png[/img][/url]',
      ['https://acme.example/'],
    ],
    ['quotes around an address', '[url="https://acme.example/"]x[/url]', ['https://acme.example/']],
    [
      'lines that are quoted',
      'https://new.example\n> https://old.example\n>> https://older.example',
      ['https://new.example'],
    ],
    [
      'what follows the head of an earlier e-mail',
      'https://new.example\n-----Original Message-----\nhttps://old.example',
      ['https://new.example'],
    ],
  ])('of BB codes and text: %s', (_, body, links) => {
    expect(bodyLinks(body, 2)).toEqual(links)
  })

  it.each([
    ['a blockquote', '<blockquote><p><a href="https://old.example">x</a></p></blockquote>'],
    [
      'Gmail',
      '<div class="gmail_quote gmail_quote_container"><div>On Monday: <a href="https://old.example">x</a></div></div>',
    ],
    ['Yahoo', '<div class="yahoo_quoted"><a href="https://old.example">x</a></div>'],
    ['a quote in a quote', '<blockquote>a<blockquote>b</blockquote><a href="https://old.example">x</a></blockquote>'],
  ])('of HTML: what is quoted is none, what follows is: %s', (_, quote) => {
    const html = `<a href="https://new.example">n</a>${quote}<br><a href="https://signature.example">s</a>`
    expect(bodyLinks(html, 3)).toEqual(['https://new.example', 'https://signature.example'])
  })

  it.each([
    '<div id="divRplyFwdMsg">From: Kim</div>',
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>From: Kim</p></div>',
  ])('of HTML: all that follows %s is quoted', (beginning) => {
    const html = `<a href="https://new.example">n</a>${beginning}<div><a href="https://old.example">x</a></div>`
    expect(bodyLinks(html, 3)).toEqual(['https://new.example'])
  })

  it('of hostile bodies: no exception, and quotes a thousand deep are quotes', () => {
    const deep = `${'<blockquote>'.repeat(1000)}<a href="https://old.example">x</a>${'</blockquote>'.repeat(1000)}<a href="https://new.example">n</a>`
    expect(bodyLinks(deep, 3)).toEqual(['https://new.example'])
    const nested = `${'[quote]'.repeat(1000)}https://old.example${'[/quote]'.repeat(1000)} https://new.example`
    expect(bodyLinks(nested, 2)).toEqual(['https://new.example'])
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.constantFrom(1, 2, 3), (body, type) => {
        for (const link of bodyLinks(body, type)) expect(link).toMatch(/^https?:/i)
      }),
    )
  })
})
