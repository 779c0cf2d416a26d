const connectForm = document.querySelector('#connect');
const sendForm = document.querySelector('#send');

const show = (text) => {
  const item = document.createElement('li');
  item.textContent = text;
  document.querySelector('#messages').append(item);
};

const connect = (user) => {
  const socket = new WebSocket(`${NIMBUS_WEBSOCKET_API_URL}?user=${encodeURIComponent(user)}`);
  socket.addEventListener('open', () => {
    connectForm.hidden = true;
    sendForm.hidden = false;
    show(`You are ${user}.`);
  });
  socket.addEventListener('close', () => {
    connectForm.hidden = false;
    sendForm.hidden = true;
    show('Not connected.');
  });
  socket.addEventListener('message', ({ data }) => {
    const { sender, message } = JSON.parse(data);
    show(`${sender}: ${message}`);
  });
  sendForm.onsubmit = (event) => {
    event.preventDefault();
    const { recipient, message } = Object.fromEntries(new FormData(sendForm));
    socket.send(JSON.stringify({ topic: 'sendMessage', recipient, message }));
    show(`${user} to ${recipient}: ${message}`);
  };
};

connectForm.addEventListener('submit', (event) => {
  event.preventDefault();
  connect(new FormData(connectForm).get('user'));
});

const known = new URLSearchParams(location.search).get('user');
if (known !== null) connect(known);
