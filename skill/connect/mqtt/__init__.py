"""Home Assistant, by MQTT with discovery: one device and its entities."""
