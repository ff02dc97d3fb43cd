import { z } from 'zod'

// zod compiles schemas with Function when it may; the page's content security policy forbids it and reports the attempt.
z.config({ jitless: true })
