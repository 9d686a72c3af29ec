// The picture of the sample as an SVG: one credential, three services.

/** Three boxes on the right, one on the left, and no key in between. */
export function oneCredential(): string {
  const services = ['Blob Storage', 'Key Vault', 'Azure SQL']
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" font-family="sans-serif" font-size="18" text-anchor="middle">
  <rect width="640" height="320" fill="#f6f4ff"/>
  <rect x="40" y="120" width="200" height="80" rx="12" fill="#262154"/>
  <text x="140" y="156" fill="#fff">Express</text>
  <text x="140" y="180" fill="#ffad6e" font-size="14">one credential</text>
${services.map(service).join('\n')}
</svg>
`
}

function service(name: string, index: number): string {
  const y = 32 + index * 92
  return `  <path d="M240 160 C320 160 320 ${y + 36} 392 ${y + 36}" fill="none" stroke="#7c5682" stroke-width="3"/>
  <rect x="392" y="${y}" width="208" height="72" rx="12" fill="#fff" stroke="#7c5682" stroke-width="2"/>
  <text x="496" y="${y + 42}" fill="#262154">${name}</text>`
}
