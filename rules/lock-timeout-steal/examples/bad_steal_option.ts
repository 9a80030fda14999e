// After five seconds the lock of the browser is stolen: the tab that had it goes on all the same.
export async function refreshed(name: string, refresh: () => Promise<void>): Promise<void> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), 5000)
  try {
    await globalThis.navigator.locks.request(name, { mode: 'exclusive', signal: patience.signal }, () => refresh())
  } catch {
    // racelint-expect: lock-timeout-steal
    await globalThis.navigator.locks.request(name, { mode: 'exclusive', steal: true }, () => refresh())
  } finally {
    clearTimeout(timer)
  }
}
