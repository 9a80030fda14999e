// When patience is at an end the caller is told, and whoever has the lock keeps it.
export async function refreshed(name: string, refresh: () => Promise<void>): Promise<boolean> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), 5000)
  try {
    await navigator.locks.request(name, { mode: 'exclusive', signal: patience.signal }, () => refresh())
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
