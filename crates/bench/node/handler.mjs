// What a maker without dependencies would write: TurnOn, TurnOff, ReportState and Discover in Node, with the built-in
// fetch. It follows the naming convention of the skill for the devices of the benchmark (a lamp, an LED, a thermometer),
// gives the same answers as the skill does for them, and checks next to nothing.

const runtime = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`
const particle = `${process.env.PARTICLE_API_URL}/v1/devices`

const CONVENTION = [
  { interface: 'Alexa.BrightnessController', property: 'brightness', function: 'setBrightness', variable: 'brightness', key: 'brightness', category: 'LIGHT' },
  { interface: 'Alexa.PowerController', property: 'powerState', function: 'setPower', variable: 'power', key: 'power', category: 'SWITCH' },
  { interface: 'Alexa.PowerController', property: 'powerState', function: 'led', variable: 'led', key: 'power', category: 'SWITCH' },
  { interface: 'Alexa.TemperatureSensor', property: 'temperature', variable: 'temperature', key: 'temperature', category: 'TEMPERATURE_SENSOR' },
]
const PLATFORMS = { 6: 'Photon', 12: 'Argon', 13: 'Boron', 32: 'Photon 2' }

async function call(token, path, argument) {
  const headers = { authorization: `Bearer ${token}` }
  const options = { headers }
  if (argument !== undefined) {
    options.method = 'POST'
    options.body = JSON.stringify({ arg: argument })
    headers['content-type'] = 'application/json'
  }
  const sent = Date.now()
  const response = await fetch(particle + path, options)
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  const value = await response.json()
  return { value, at: new Date().toISOString(), uncertainty: Date.now() - sent }
}

function property(namespace, name, value, { at, uncertainty }) {
  return { namespace, name, value, timeOfSample: at, uncertaintyInMilliseconds: uncertainty }
}

function healthy(sample) {
  return property('Alexa.EndpointHealth', 'connectivity', { value: 'OK' }, sample)
}

function header(directive, namespace, name) {
  const { correlationToken } = directive.header
  return { namespace, name, messageId: crypto.randomUUID(), correlationToken, payloadVersion: '3' }
}

function answer(directive, name, properties) {
  return {
    event: {
      header: header(directive, 'Alexa', name),
      endpoint: { endpointId: directive.endpoint.endpointId },
      payload: {},
    },
    context: { properties },
  }
}

function bindings(directive) {
  return JSON.parse(directive.endpoint.cookie.v1)
}

async function switchPower(directive, on) {
  const { endpointId, scope } = directive.endpoint
  const [power] = bindings(directive).power
  const sample = await call(scope.token, `/${endpointId}/${power.function}`, on ? 'on' : 'off')
  if (sample.value.return_value < 0) throw new Error('the device refused')
  const state = property('Alexa.PowerController', 'powerState', on ? 'ON' : 'OFF', sample)
  return answer(directive, 'Response', [state, healthy(sample)])
}

function told(key, value) {
  switch (key) {
    case 'power': return value === true || value === 1 || value === 'on' ? 'ON' : 'OFF'
    case 'temperature': return { value, scale: 'CELSIUS' }
    default: return value
  }
}

async function reportState(directive) {
  const { endpointId, scope } = directive.endpoint
  const readable = Object.entries(bindings(directive)).filter(([, [binding]]) => binding.variable)
  const samples = await Promise.all(
    readable.map(([, [binding]]) => call(scope.token, `/${endpointId}/${binding.variable}`)))
  const properties = readable.map(([key], index) => {
    const { interface: namespace, property: name } = CONVENTION.find((entry) => entry.key === key)
    return property(namespace, name, told(key, samples[index].value.result), samples[index])
  })
  return answer(directive, 'StateReport', [...properties, healthy(samples.at(-1))])
}

function capability(interface_, name, retrievable) {
  const properties = { supported: [{ name }], proactivelyReported: false, retrievable }
  return { type: 'AlexaInterface', interface: interface_, version: '3', properties }
}

function endpoint(device) {
  const functions = device.functions ?? []
  const variables = device.variables ?? {}
  const found = CONVENTION.filter((entry) =>
    entry.function ? functions.includes(entry.function) : entry.variable in variables)
  if (found.length === 0) return []
  const bound = {}
  for (const entry of found) {
    bound[entry.key] = [{
      function: entry.function,
      variable: entry.variable in variables ? entry.variable : undefined,
    }]
  }
  const model = PLATFORMS[device.platform_id] ?? 'Particle device'
  const name = device.name.replaceAll('_', ' ')
  return [{
    endpointId: device.id,
    manufacturerName: 'Particle',
    description: `${model} connected by Particle`,
    friendlyName: name[0].toUpperCase() + name.slice(1),
    displayCategories: [found[0].category],
    cookie: { v1: JSON.stringify(bound) },
    capabilities: [
      { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
      ...found.map((entry) => capability(entry.interface, entry.property, entry.variable in variables)),
      capability('Alexa.EndpointHealth', 'connectivity', true),
    ],
    additionalAttributes: {
      manufacturer: 'Particle',
      model,
      serialNumber: device.serial_number,
      firmwareVersion: device.system_firmware_version,
      customIdentifier: device.id,
    },
  }]
}

async function discover(directive) {
  const { value: devices } = await call(directive.payload.scope.token, '')
  const payload = { endpoints: devices.flatMap(endpoint) }
  return { event: { header: header(directive, 'Alexa.Discovery', 'Discover.Response'), payload } }
}

function handle({ directive }) {
  switch (`${directive.header.namespace}.${directive.header.name}`) {
    case 'Alexa.PowerController.TurnOn': return switchPower(directive, true)
    case 'Alexa.PowerController.TurnOff': return switchPower(directive, false)
    case 'Alexa.ReportState': return reportState(directive)
    case 'Alexa.Discovery.Discover': return discover(directive)
    default: throw new Error('INVALID_DIRECTIVE')
  }
}

for (;;) {
  const event = await fetch(`${runtime}/next`)
  const id = event.headers.get('lambda-runtime-aws-request-id')
  let path = 'response'
  let body
  try {
    body = await handle(await event.json())
  } catch (error) {
    path = 'error'
    body = { errorType: error.name, errorMessage: error.cause ? `${error.message}: ${error.cause.message}` : error.message }
  }
  const posted = await fetch(`${runtime}/${id}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  // Read to its end, or the connection is not used again.
  await posted.arrayBuffer()
}
