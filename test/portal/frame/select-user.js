/** The portal's dialog for choosing an employee; resolves with what the frame protocol's `selectUser` answers. */
export function selectUser(users, label = 'Choose an employee') {
  const dialog = document.createElement('dialog')
  const list = document.createElement('ul')
  dialog.setAttribute('aria-label', label)
  dialog.append(list)
  document.body.append(dialog)
  return new Promise((resolve) => {
    const rows = users.map((user) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: user.name })
      button.onclick = () => {
        resolve({ ...user, photo: '', position: '', url: `/company/personal/user/${user.id}/` })
        dialog.close()
      }
      const row = document.createElement('li')
      row.append(button)
      return row
    })
    list.replaceChildren(...rows)
    dialog.onclose = () => dialog.remove()
    dialog.showModal()
  })
}
