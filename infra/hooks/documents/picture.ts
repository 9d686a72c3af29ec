// Draws a PNG in code: hills at dusk, so that the sample needs no binary file in its repository.
import { crc32, deflateSync } from 'node:zlib'

type Colour = [red: number, green: number, blue: number]

const width = 640
const height = 320
const sky: [Colour, Colour] = [
  [38, 33, 84],
  [255, 173, 110],
]
const sun = { x: 430, y: 150, radius: 34, colour: [255, 238, 204] as Colour }
// From the far one to the near one: three services, three hills.
const hills: { colour: Colour; base: number; size: number; length: number }[] = [
  { colour: [124, 86, 130], base: 190, size: 26, length: 90 },
  { colour: [74, 62, 112], base: 228, size: 22, length: 61 },
  { colour: [34, 36, 74], base: 268, size: 18, length: 43 },
]

/** A picture of 640 by 320 pixels. */
export function hillsAtDusk(): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y += 1) {
    const row = y * (1 + width * 3)
    for (let x = 0; x < width; x += 1) rows.set(colourAt(x, y), row + 1 + x * 3)
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]) // 8 bits each for red, green and blue
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function colourAt(x: number, y: number): Colour {
  const hill = hills.findLast(({ base, size, length }) => {
    const outline = Math.sin(x / length) + 0.5 * Math.sin(x / (length * 0.37) + base)
    return y > base - size * outline
  })
  if (hill) return hill.colour
  const air = mix(...sky, Math.min(1, y / 230))
  const distance = Math.hypot(x - sun.x, y - sun.y)
  return mix(sun.colour, air, Math.min(1, Math.max(0, (distance - sun.radius) / 60) ** 0.4))
}

const mix = (from: Colour, to: Colour, share: number) =>
  from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share)) as Colour

/** A PNG is a row of chunks: length, name, content, checksum of the latter two. */
function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const framed = Buffer.alloc(8 + body.length)
  framed.writeUInt32BE(content.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), 4 + body.length)
  return framed
}
