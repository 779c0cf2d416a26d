const form = document.querySelector('#register');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const username = new FormData(form).get('username');
  const response = await fetch('${NIMBUS_REST_API_URL}/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username }),
  });
  if (response.ok) location.href = `chat.html?user=${encodeURIComponent(username)}`;
  else document.querySelector('#problem').textContent = `${username}: ${(await response.json()).message}`;
});
