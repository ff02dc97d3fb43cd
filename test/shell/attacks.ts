// A page that tries to run what the headers forbid, beside the one script that they allow.
export const HTML = `<!doctype html><html lang="en"><head><link rel="stylesheet" href="./app.css"></head><body>
<p id="p">text</p><script>window.pwned = 'inline script'</script><img src="x" onerror="window.pwned = 'onerror'">
<a id="a" href="javascript:void (window.pwned = 'javascript:')">link</a><a id="b" target="_blank" href="https://evil.example/">out</a>
<iframe src="https://evil.example/"></iframe><iframe srcdoc="<script>parent.pwned = 'srcdoc'</script>"></iframe>
<style>p { color: rgb(9, 9, 9) }</style><script src="https://evil.example/x.js"></script><script src="./app.js"></script></body></html>`
export const JS = `document.title = 'the app works'; window.events = []; window.bridge.onEvent((event) => window.events.push(event))
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => { event.preventDefault(); window.dropped = [...event.dataTransfer.files] })`

/** Attempts made from a script of ours, as a hole in it would let them be made. */
export const ATTACKS: Record<string, () => unknown> = {
  eval: () => (0, eval)("window.pwned = 'eval'"),
  Function: () => (Function("window.pwned = 'Function'") as () => void)(),
  'a timer with text': () => (setTimeout as (code: string) => number)("window.pwned = 'timer'"),
  innerHTML: () => (document.body.innerHTML = '<img src=x onerror="window.pwned = 1">'),
  'a script element with text': () => {
    const script = document.createElement('script')
    script.textContent = "window.pwned = 'script element'"
    document.body.append(script)
  },
  'a data: script': () =>
    new Promise((done, fail) => {
      const script = document.createElement('script')
      script.onload = done
      script.onerror = () => fail(new Error('refused'))
      script.src = 'data:text/javascript,window.pwned=1'
      document.body.append(script)
    }),
  'a blob: worker': () =>
    new Promise((done, fail) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))
      worker.onmessage = done
      worker.onerror = () => fail(new Error('refused'))
    }),
  'a remote fetch': () => fetch('https://evil.example/'),
  'a fetch from this machine': () => fetch('http://127.0.0.1:9/'),
  'a remote picture': () =>
    new Promise((done, fail) => {
      const image = new Image()
      image.onload = done
      image.onerror = () => fail(new Error('refused'))
      image.src = 'https://evil.example/a.png'
    }),
  'a data: picture': () =>
    new Promise((done, fail) => {
      const image = new Image()
      image.onload = done
      image.onerror = () => fail(new Error('refused'))
      image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='
    }),
  'a web socket': () =>
    new Promise((done, fail) => {
      const socket = new WebSocket('wss://evil.example/')
      socket.onopen = done
      socket.onerror = () => fail(new Error('refused'))
      socket.onclose = () => fail(new Error('refused'))
    }),
  'an event source': () =>
    new Promise((done, fail) => {
      const source = new EventSource('https://evil.example/')
      source.onopen = done
      source.onerror = () => fail(new Error('refused'))
    }),
  'a wasm module': () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  'a service worker': () => navigator.serviceWorker.register('./app.js'),
}
