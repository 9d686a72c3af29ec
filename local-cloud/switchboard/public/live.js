// Brings the page up to date every second while it can be seen. Without this, reloading does the same.
const everyMs = 1000

async function update() {
  const response = await fetch('/')
  const latest = new DOMParser().parseFromString(await response.text(), 'text/html')
  const focused = document.activeElement?.id
  for (const part of document.querySelectorAll('[data-live]')) {
    const newer = latest.getElementById(part.id)
    for (const { id } of part.querySelectorAll('details[open]'))
      latest.getElementById(id)?.setAttribute('open', '')
    if (newer && newer.innerHTML !== part.innerHTML) part.replaceChildren(...newer.childNodes)
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus()
}

async function keepUpToDate() {
  if (!document.hidden) {
    const ended = await update().then(
      () => false,
      () => true,
    )
    document.getElementById('gone').hidden = !ended
  }
  setTimeout(keepUpToDate, everyMs)
}

setTimeout(keepUpToDate, everyMs)
