// Tests a program against the emulator. It uses only the standard library.
//
// Start `ccloud-offsets emulator`, then run `go run steer.go http://127.0.0.1:8099`.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

const connector = "environments/env-demo1/clusters/lkc-demo1/connectors/MySinkConnector"

var url = "http://127.0.0.1:8099"

// call sends a request, and returns the status and the body of the answer. The emulated service requires the key. The control
// of the emulator does not require it from programs on the same machine.
func call(method, path, body string) (int, any) {
	request, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.SetBasicAuth("EMULATORKEY00001", "emulator-secret-that-everybody-knows")
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		log.Fatal(err)
	}
	var answer any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			log.Fatal(err)
		}
	}
	return reply.StatusCode, answer
}

// control sends a request to the control of the emulator.
func control(method, path, body string) any {
	status, answer := call(method, "/emulator/v1"+path, body)
	if status != http.StatusOK {
		log.Fatal(status, answer)
	}
	return answer
}

// resetOffsets takes the place of the program to test: it requests a reset, and tries again after a 503.
func resetOffsets() error {
	for range 3 {
		status, _ := call("POST", "/connect/v1/"+connector+"/offsets/request", `{"type": "DELETE"}`)
		switch status {
		case http.StatusAccepted:
			return nil
		case http.StatusServiceUnavailable:
			continue
		default:
			return fmt.Errorf("status %d", status)
		}
	}
	return fmt.Errorf("every attempt was answered 503")
}

func expect(what string, got, wanted any) {
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		log.Fatalf("%s: got %v, not %v", what, got, wanted)
	}
}

func main() {
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	control("POST", "/reset", "")
	// The emulator answers the next request for an alteration with 503.
	control("POST", "/faults/alter", `{"reply": {"status": 503, "headers": {"Retry-After": "1"}}}`)
	if err := resetOffsets(); err != nil {
		log.Fatal(err)
	}
	seen := control("GET", "/"+connector, "").(map[string]any)
	expect("accepted alterations", seen["accepted_alterations"], 1)
	expect("requests", len(control("GET", "/requests", "").([]any)), 2)
	// The alteration takes about a minute of the emulator's time, so it has ended after a day.
	control("POST", "/clock/advance", `{"seconds": 86400}`)
	_, status := call("GET", "/connect/v1/"+connector+"/offsets/request/status", "")
	expect("phase", status.(map[string]any)["status"].(map[string]any)["phase"], "APPLIED")
	fmt.Println("one alteration, in two attempts, applied")
}
