const isMac = /mac/i.test(navigator.platform)

/** The key that commands are held with, as its keyboard labels it. */
export const MOD = isMac ? '⌘' : 'Ctrl'

export const SHORTCUTS: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [`${MOD} 1 … 6`, 'Enrol, Verify, Identify, Gallery, Learn, Lab'],
      [`${MOD} ,`, 'Settings'],
      [`${MOD} O`, 'Choose pictures'],
      [`${MOD} ${isMac ? '⇧' : 'Shift'} O`, 'Choose a folder'],
      [`${MOD} V`, 'Paste a picture'],
      [`${MOD} F`, 'Search the gallery'],
      [`${MOD} Z`, 'Take the last change back'],
      ['?', 'This list'],
    ],
  },
  {
    title: 'Enrol',
    keys: [
      ['← →', 'Move between faces; move a drawn box'],
      ['Shift ← → ↑ ↓', 'Resize a drawn box'],
      ['Enter', 'Enrol; next picture'],
      ['D', 'Draw a box'],
    ],
  },
  {
    title: 'Verify',
    keys: [
      ['X', 'Swap the two pictures'],
      ['← →', 'Previous and next pair'],
      ['S', 'Source pictures with their boxes'],
    ],
  },
  {
    title: 'Identify',
    keys: [
      ['← →', 'Move between faces'],
      ['1 … 9', 'Choose a candidate'],
      ['A', 'Add the face as a sample of it'],
      ['N', 'Enrol the face as a new identity'],
    ],
  },
  {
    title: 'Gallery',
    keys: [
      ['← → ↑ ↓', 'Move between identities'],
      ['Enter', 'Open'],
      ['F2', 'Rename'],
      ['Delete', 'Delete, with undo'],
      ['A', 'Analogies'],
    ],
  },
  {
    title: 'Analogies',
    keys: [
      ['1 … 5', 'Look at an answer'],
      ['X', 'Swap A and B'],
      ['S', 'Source pictures with their boxes'],
    ],
  },
  {
    title: 'Learn',
    keys: [
      ['← → ↑ ↓', 'Move between photos; move the map'],
      ['Space', 'Choose a photo; Shift extends'],
      [`${MOD} A`, 'Choose all photos'],
      ['+ − 0', 'Zoom the map; show all of it'],
      ['Y N S', 'Review: yes, no, skip'],
      ['U', 'Review: take the last answer back'],
    ],
  },
]
