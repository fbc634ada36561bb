"""What the tests need to run the program and to play WhatsApp."""
